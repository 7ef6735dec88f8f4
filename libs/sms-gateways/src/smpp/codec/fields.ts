type IntegerName =
  | 'interface_version'
  | 'addr_ton'
  | 'addr_npi'
  | 'source_addr_ton'
  | 'source_addr_npi'
  | 'dest_addr_ton'
  | 'dest_addr_npi'
  | 'esm_class'
  | 'protocol_id'
  | 'priority_flag'
  | 'registered_delivery'
  | 'replace_if_present_flag'
  | 'data_coding'
  | 'sm_default_msg_id'
  | 'message_state'
  | 'sar_msg_ref_num'
  | 'sar_total_segments'
  | 'sar_segment_seqnum';

type TextName =
  | 'system_id'
  | 'password'
  | 'system_type'
  | 'address_range'
  | 'service_type'
  | 'source_addr'
  | 'destination_addr'
  | 'schedule_delivery_time'
  | 'validity_period'
  | 'message_id'
  | 'receipted_message_id';

type OctetsName = 'short_message' | 'message_payload';

/** What a PDU carries besides its header, by the names of SMPP 3.4 §5.2 and §5.3. */
export type PduFields = Readonly<
  Partial<Record<IntegerName, number> & Record<TextName, string> & Record<OctetsName, Buffer>>
>;

/** Big endian (SMPP 3.4 §3.1). */
interface IntegerField {
  readonly kind: 'integer';
  readonly name: IntegerName;
  /** In octets. */
  readonly size: 1 | 2;
}

/** A C-octet string (SMPP 3.4 §3.1). */
interface TextField {
  readonly kind: 'text';
  readonly name: TextName;
  /** The most octets that it may take, its closing NUL included. */
  readonly size: number;
}

/** An octet string (SMPP 3.4 §3.1): what is in it, and how long it is, is said elsewhere. */
interface OctetsField {
  readonly kind: 'octets';
  readonly name: OctetsName;
  /** The most octets that it may take. */
  readonly size: number;
}

export type Field = IntegerField | TextField | OctetsField;

export const integer = (name: IntegerName, size: IntegerField['size'] = 1): Field => ({
  kind: 'integer',
  name,
  size,
});

export const text = (name: TextName, size: number): Field => ({ kind: 'text', name, size });

export const octets = (name: OctetsName, size: number): Field => ({ kind: 'octets', name, size });
