import { commandOf, type CommandName } from './commands';
import type { PduFields } from './fields';

/** SMPP 3.4 §3.2: command_length, command_id, command_status, sequence_number, of four octets each. */
export const HEADER_LENGTH = 16;

/** SMPP 3.4 §5.1.2: what tells the command_id of a response from that of its request. */
const RESPONSE = 0x8000_0000;

/** A PDU as it arrived. */
export type Pdu = PduFields & {
  readonly command: CommandName | 'unknown';
  readonly command_id: number;
  readonly command_status: number;
  readonly sequence_number: number;
  /** False when it ends before its fields do: then those that are there are given, and not all. */
  readonly complete: boolean;
};

export const isResponse = ({ command_id: id }: Pdu): boolean => id >= RESPONSE;

/** The command that answers this request: a generic_nack where there is no other. */
export const responseTo = ({ command_id: id }: Pdu): CommandName =>
  commandOf(id + RESPONSE) ?? 'generic_nack';
