import type { PduFields } from './codec/fields';
import { encodeText, type EncodedCharacter, type EncodedText } from './text-encoding';
import type { LongMessages } from './smpp.options';

/** SMPP 3.4 §5.2.12: the user data begins with a header. */
const UDH_INDICATOR = 0x40;

/** SMPP 3.4 §4.4.1 gives sm_length one octet, and the reference of a concatenation one for its segments. */
const MOST_SEGMENTS = 255;

/** A text that even 255 segments do not hold. */
export class TextTooLongError extends Error {}

/** The fields of the submit_sm PDUs that carry a text, in order. */
export function segmentsOf(
  text: string,
  dataCoding: number,
  longMessages: LongMessages,
  reference: number,
): readonly PduFields[] {
  const encoded = encodeText(text, dataCoding);
  const data_coding = encoded.encoding.dataCoding;
  if (weightOf(encoded.characters) <= encoded.encoding.single) {
    return [{ data_coding, short_message: octetsOf(encoded.characters) }];
  }
  if (longMessages === 'payload') {
    // §4.4.1: with message_payload, sm_length is zero.
    return [{ data_coding, short_message: Buffer.alloc(0), message_payload: octetsOf(encoded.characters) }];
  }
  const parts = split(encoded);
  if (parts.length > MOST_SEGMENTS) throw new TextTooLongError('the text is too long for one message');
  return parts.map((part, index) =>
    longMessages === 'udh'
      ? {
          data_coding,
          esm_class: UDH_INDICATOR,
          short_message: Buffer.concat([concatenation(reference, parts.length, index + 1), part]),
        }
      : {
          data_coding,
          short_message: part,
          sar_msg_ref_num: reference,
          sar_total_segments: parts.length,
          sar_segment_seqnum: index + 1,
        },
  );
}

/** 3GPP TS 23.040 §9.2.3.24.1: header length, element 0 (concatenation, 8-bit reference), its length and data. */
function concatenation(reference: number, total: number, index: number): Buffer {
  return Buffer.of(5, 0, 3, reference, total, index);
}

/** Whole characters into segments, as many in each as fit: an escape or a surrogate pair is never torn. */
function split({ encoding, characters }: EncodedText): readonly Buffer[] {
  const parts: EncodedCharacter[][] = [];
  let room = 0;
  for (const character of characters) {
    if (character.weight > room) {
      parts.push([]);
      room = encoding.segment;
    }
    parts.at(-1)?.push(character);
    room -= character.weight;
  }
  return parts.map(octetsOf);
}

const octetsOf = (characters: readonly EncodedCharacter[]): Buffer =>
  Buffer.concat(characters.map(({ octets }) => octets));

const weightOf = (characters: readonly EncodedCharacter[]): number =>
  characters.reduce((sum, { weight }) => sum + weight, 0);
