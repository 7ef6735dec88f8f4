import type { Pdu } from '../../libs/sms-gateways/src/smpp/codec/pdu';

/** SMPP 3.4 §5.2.12: the user data begins with a header. */
const UDH_INDICATOR = 0x40;

/** 3GPP TS 23.038 §6.2.1: the default alphabet in the order of its values, without the escape 0x1b. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡' +
  'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** §6.2.1.1: what the escape leads to, and its values there. */
const EXTENSION = '\f^{}\\[~]|€';
const EXTENSION_VALUES = [0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65];

export const EVERY_GSM_CHARACTER = BASIC + EXTENSION;

/** The user data header of a PDU, its own length in front; empty where there is none. */
export function headerIn({ esm_class: esmClass = 0, short_message: octets }: Pdu): Buffer {
  if (octets === undefined || (esmClass & UDH_INDICATOR) === 0) return Buffer.alloc(0);
  return octets.subarray(0, 1 + (octets[0] ?? 0));
}

/** The text of a PDU as the phone shows it, without its header. */
export function textIn(pdu: Pdu): string {
  const octets = pdu.message_payload ?? pdu.short_message?.subarray(headerIn(pdu).length) ?? Buffer.alloc(0);
  if (pdu.data_coding === 3) return octets.toString('latin1');
  if (pdu.data_coding === 8) return Buffer.from(octets).swap16().toString('utf16le');
  return gsmText(octets);
}

function gsmText(octets: Buffer): string {
  let escaped = false;
  return Array.from(octets, (octet) => {
    if (escaped) {
      escaped = false;
      return EXTENSION[EXTENSION_VALUES.indexOf(octet)] ?? '?';
    }
    escaped = octet === 0x1b;
    return escaped ? '' : (BASIC[octet < 0x1b ? octet : octet - 1] ?? '?');
  }).join('');
}
