import type { Pdu } from './codec/pdu';

/** What an SMSC says of a message that it took: the end of it, or only where it is. */
export interface SmppReceipt {
  readonly messageId: string;
  readonly state: 'delivered' | 'undelivered' | 'on_its_way';
}

/** SMPP 3.4 §5.2.12: which kind of message a deliver_sm is. Anything but a receipt was typed by a person. */
const MESSAGE_TYPE = 0b0011_1100;
const DELIVERY_RECEIPT = 0b0000_0100;
/** The text begins with a user data header, whose first octet is the length of the rest of it. */
const UDH_INDICATOR = 0b0100_0000;

/** SMPP 3.4 §5.2.19. */
const UCS_2 = 0x08;

/** SMPP 3.4 §5.2.28, and Appendix B for the words. */
const STATE_BY_NUMBER: ReadonlyMap<number, SmppReceipt['state']> = new Map([
  [2, 'delivered'],
  [3, 'undelivered'], // expired
  [4, 'undelivered'], // deleted
  [5, 'undelivered'], // undeliverable
  [8, 'undelivered'], // rejected
]);
const STATE_BY_WORD: ReadonlyMap<string, SmppReceipt['state']> = new Map([
  ['DELIVRD', 'delivered'],
  ['EXPIRED', 'undelivered'],
  ['DELETED', 'undelivered'],
  ['UNDELIV', 'undelivered'],
  ['REJECTD', 'undelivered'],
]);

/**
 * Reads a delivery receipt out of a deliver_sm or data_sm. The parameters of SMPP 3.4 count where they are sent,
 * else the text of Appendix B. Undefined for what is no receipt: a person can type the words of one.
 */
export function readReceipt(pdu: Pdu): SmppReceipt | undefined {
  if (((pdu.esm_class ?? 0) & MESSAGE_TYPE) !== DELIVERY_RECEIPT) return undefined;
  const text = receiptText(pdu);
  const messageId = pdu.receipted_message_id ?? wordAfter('id', text);
  if (messageId === undefined || messageId === '') return undefined;
  const state =
    pdu.message_state === undefined
      ? STATE_BY_WORD.get((wordAfter('stat', text) ?? '').toUpperCase())
      : STATE_BY_NUMBER.get(pdu.message_state);
  return { messageId, state: state ?? 'on_its_way' };
}

/** The text without what it quotes of the message, which comes last and may say anything. */
function receiptText(pdu: Pdu): string {
  const { short_message: short, message_payload: payload } = pdu;
  const octets = short === undefined || short.length === 0 ? payload : short;
  return octets === undefined ? '' : textOf(octets, pdu).replace(/(^|\s)text:.*$/is, '');
}

/**
 * Receipts are written in ASCII, under whatever data_coding, but for UCS-2. So no octet is taken for a character of
 * GSM 03.38, where `_`, `@` and `$` have other values: an id such as `a_1` would come out as `a§1`.
 */
function textOf(octets: Buffer, { esm_class: esmClass = 0, data_coding: dataCoding = 0 }: Pdu): string {
  const hasHeader = (esmClass & UDH_INDICATOR) !== 0;
  const text = hasHeader ? octets.subarray(1 + (octets[0] ?? 0)) : octets;
  if ((dataCoding & 0x0f) !== UCS_2) return text.toString('latin1');
  // Half a character at the end is none.
  return Buffer.from(text.subarray(0, text.length & ~1))
    .swap16()
    .toString('utf16le');
}

function wordAfter(label: string, text: string): string | undefined {
  return new RegExp(`(?:^|\\s)${label}:\\s*(\\S+)`, 'i').exec(text)?.[1];
}
