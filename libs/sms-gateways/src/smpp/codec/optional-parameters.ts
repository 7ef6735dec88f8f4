import { integer, octets, text, type Field } from './fields';

/**
 * The optional parameters that are read and written here, by their tags (SMPP 3.4 §5.3.2). Each travels behind the
 * mandatory fields as tag, length and value (§3.2.4.1); receivers skip those that they do not know (§3.3).
 */
export const OPTIONAL_PARAMETERS: ReadonlyMap<number, Field> = new Map([
  [0x001e, text('receipted_message_id', 65)], // §5.3.2.12
  [0x020c, integer('sar_msg_ref_num', 2)], // §5.3.2.22
  [0x020e, integer('sar_total_segments')], // §5.3.2.23
  [0x020f, integer('sar_segment_seqnum')], // §5.3.2.24
  [0x0424, octets('message_payload', 0xffff)], // §5.3.2.32
  [0x0427, integer('message_state')], // §5.3.2.35
]);
