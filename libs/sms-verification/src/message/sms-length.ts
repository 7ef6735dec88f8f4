/** How an SMS carries a text: GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1), or UCS-2 when a character needs it. */
export type SmsEncoding = 'GSM-7' | 'UCS-2';

/** What a text costs. */
export interface SmsLength {
  readonly encoding: SmsEncoding;
  /** Septets of GSM-7, where an extension character counts twice, or UTF-16 units of UCS-2. */
  readonly characters: number;
  /** Messages that a carrier bills. */
  readonly segments: number;
}

/** Characters in one segment, and in each of several: then a header of 6 octets takes its room (3GPP TS 23.040). */
export const SEGMENT_CHARACTERS = {
  'GSM-7': { alone: 160, concatenated: 153 },
  'UCS-2': { alone: 70, concatenated: 67 },
} as const satisfies Record<SmsEncoding, { alone: number; concatenated: number }>;

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|€';

/** Septets by UTF-16 unit; 0 where GSM-7 has no such character. The euro sign is the highest that it has. */
const SEPTETS = new Uint8Array('€'.charCodeAt(0) + 1);
for (const character of BASIC) SEPTETS[character.charCodeAt(0)] = 1;
for (const character of EXTENSION) SEPTETS[character.charCodeAt(0)] = 2;

/**
 * Measures a text as it is: no character is replaced by a look-alike ("smart encoding"), which some carriers do
 * and others do not. Runs for every message sent, hence the table and no allocation.
 */
export function measureSms(text: string): SmsLength {
  let septets = 0;
  for (let index = 0; index < text.length; index++) {
    const width = SEPTETS[text.charCodeAt(index)] ?? 0;
    if (width === 0) return lengthOf(text, 'UCS-2', text.length);
    septets += width;
  }
  return lengthOf(text, 'GSM-7', septets);
}

function lengthOf(text: string, encoding: SmsEncoding, characters: number): SmsLength {
  const { alone, concatenated } = SEGMENT_CHARACTERS[encoding];
  if (characters <= alone) return { encoding, characters, segments: 1 };
  let segments = 1;
  let used = 0;
  for (let index = 0; index < text.length; index++) {
    // Neither a surrogate pair nor an escape and its character is ever cut in two.
    const pair = encoding === 'UCS-2' && (text.codePointAt(index) ?? 0) > 0xffff;
    const width = encoding === 'GSM-7' ? (SEPTETS[text.charCodeAt(index)] ?? 0) : pair ? 2 : 1;
    if (pair) index++;
    if (used + width > concatenated) {
      segments++;
      used = 0;
    }
    used += width;
  }
  return { encoding, characters, segments };
}
