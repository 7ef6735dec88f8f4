import { lifetimeOf, SAMPLE_LIFETIMES_MS, type Lifetime } from './compiled-locale';
import { ANDROID_MAX_BYTES, type MessageFormat } from './message-format';
import { SEGMENT_CHARACTERS, type SmsLength } from './sms-length';

/** A text as it would be sent. */
export interface MessageText extends SmsLength {
  readonly text: string;
  readonly locale: string;
}

/** The longest text of a purpose in a locale and format, and what it costs. */
export interface TextMeasurement extends MessageText {
  readonly purpose: string;
  readonly format: MessageFormat;
  /** Bytes in UTF-8. */
  readonly bytes: number;
}

/** Texts that cost more than one segment, or that Android would not accept; the message names each one. */
export class TextTooLongError extends Error {
  constructor(readonly texts: readonly TextMeasurement[]) {
    super(
      'These texts are too long. Shorten them, the product name or the host, or allow them by name:\n' +
        texts.map((text) => `  - ${describe(text)}`).join('\n'),
    );
    this.name = TextTooLongError.name;
  }
}

/** Tells whether a text may be sent in the format without being allowed by name. */
export function fits(text: string, { segments }: SmsLength, format: MessageFormat): boolean {
  // The documentation of the SMS Retriever does not say how it counts. An SMS carries 140 octets, which one
  // segment keeps; UTF-8, in which the app reads the message, is the other reading. Both are kept.
  return segments === 1 && (format.kind !== 'android' || Buffer.byteLength(text) <= ANDROID_MAX_BYTES);
}

/** The lifetimes that a message may tell: the policy's, and what may be left of it when the code is sent again. */
export function lifetimesUpTo(lifetimeMs: number): readonly Lifetime[] {
  return [lifetimeMs, ...SAMPLE_LIFETIMES_MS.filter((sample) => sample < lifetimeMs)].map(lifetimeOf);
}

/** The text that costs most, the longest of those. */
export function longestOf<Text extends MessageText>(texts: readonly Text[]): Text | undefined {
  return [...texts].sort(
    (one, other) => other.segments - one.segments || other.characters - one.characters,
  )[0];
}

/** The price of the texts, a line for each locale: `ar: 1 segment (UCS-2, up to 70 of 70 characters)`. */
export function priceList(report: readonly TextMeasurement[]): string[] {
  return [...new Set(report.map(({ locale }) => locale))].map((locale) => {
    const longest = longestOf(report.filter((text) => text.locale === locale));
    return longest === undefined ? locale : `${locale}: ${priceOf(longest)}`;
  });
}

function priceOf({ segments, encoding, characters }: SmsLength): string {
  const price = segments === 1 ? '1 segment' : `${String(segments)} segments`;
  const most = SEGMENT_CHARACTERS[encoding].alone;
  return segments === 1
    ? `${price} (${encoding}, up to ${String(characters)} of ${String(most)} characters)`
    : `${price} (${encoding}, ${String(characters)} characters where one segment has ${String(most)})`;
}

function describe(text: TextMeasurement): string {
  const { purpose, locale, format, bytes } = text;
  const detail = format.kind === 'web-otp' ? ` @${format.host}` : '';
  const inBytes = format.kind === 'android' ? `, ${String(bytes)} of ${String(ANDROID_MAX_BYTES)} bytes` : '';
  return `${purpose}:${locale} (${format.kind}${detail}): ${priceOf(text)}${inBytes}`;
}
