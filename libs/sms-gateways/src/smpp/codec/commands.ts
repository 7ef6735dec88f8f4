import { integer, octets, text, type Field } from './fields';

const SOURCE = [integer('source_addr_ton'), integer('source_addr_npi')];
const DESTINATION = [integer('dest_addr_ton'), integer('dest_addr_npi')];

/** SMPP 3.4 §4.4.1 and §4.6.1: submit_sm and deliver_sm are alike. */
const SHORT_MESSAGE: readonly Field[] = [
  text('service_type', 6),
  ...SOURCE,
  text('source_addr', 21),
  ...DESTINATION,
  text('destination_addr', 21),
  integer('esm_class'),
  integer('protocol_id'),
  integer('priority_flag'),
  text('schedule_delivery_time', 17),
  text('validity_period', 17),
  integer('registered_delivery'),
  integer('replace_if_present_flag'),
  integer('data_coding'),
  integer('sm_default_msg_id'),
  octets('short_message', 254), // before it sm_length, one octet
];

const MESSAGE_ID: readonly Field[] = [text('message_id', 65)];
const NOTHING: readonly Field[] = [];

/** A kind of PDU: its command_id (SMPP 3.4 §5.1.2.1), and the mandatory fields of its body in their order. */
interface Command {
  readonly id: number;
  readonly fields: readonly Field[];
}

/** What is spoken of SMPP 3.4. A command that is not here is answered with a generic_nack. */
const TABLE = {
  // §4.1.5 and §4.1.6. The specification gives the password nine octets; many SMSCs give it more.
  bind_transceiver: {
    id: 0x00000009,
    fields: [
      text('system_id', 16),
      text('password', 256),
      text('system_type', 13),
      integer('interface_version'),
      integer('addr_ton'),
      integer('addr_npi'),
      text('address_range', 41),
    ],
  },
  bind_transceiver_resp: { id: 0x80000009, fields: [text('system_id', 16)] },
  // §4.2
  unbind: { id: 0x00000006, fields: NOTHING },
  unbind_resp: { id: 0x80000006, fields: NOTHING },
  // §4.3
  generic_nack: { id: 0x80000000, fields: NOTHING },
  // §4.4
  submit_sm: { id: 0x00000004, fields: SHORT_MESSAGE },
  submit_sm_resp: { id: 0x80000004, fields: MESSAGE_ID },
  // §4.6
  deliver_sm: { id: 0x00000005, fields: SHORT_MESSAGE },
  deliver_sm_resp: { id: 0x80000005, fields: MESSAGE_ID },
  // §4.7
  data_sm: {
    id: 0x00000103,
    fields: [
      text('service_type', 6),
      ...SOURCE,
      text('source_addr', 65),
      ...DESTINATION,
      text('destination_addr', 65),
      integer('esm_class'),
      integer('registered_delivery'),
      integer('data_coding'),
    ],
  },
  data_sm_resp: { id: 0x80000103, fields: MESSAGE_ID },
  // §4.11
  enquire_link: { id: 0x00000015, fields: NOTHING },
  enquire_link_resp: { id: 0x80000015, fields: NOTHING },
  // §4.12. Nobody here reads what it says.
  alert_notification: { id: 0x00000102, fields: NOTHING },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof TABLE;

export const COMMANDS: Readonly<Record<CommandName, Command>> = TABLE;

const NAMES: ReadonlyMap<number, CommandName> = new Map(
  Object.entries(COMMANDS).map(([name, { id }]) => [id, name as CommandName]),
);

/** Undefined for a command that is not spoken here. */
export const commandOf = (id: number): CommandName | undefined => NAMES.get(id);
