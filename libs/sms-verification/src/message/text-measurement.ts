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

/** What one message costs, at most: `1 segment (ar, de, en), 2 segments (hi)`. */
export function priceOf(report: readonly TextMeasurement[]): string {
  const dearest = new Map<string, number>();
  for (const { locale, segments } of report) {
    dearest.set(locale, Math.max(segments, dearest.get(locale) ?? 0));
  }
  const prices = [...new Set(dearest.values())].sort((first, second) => first - second);
  return prices
    .map((price) => {
      const locales = [...dearest].filter(([, segments]) => segments === price).map(([locale]) => locale);
      return `${inSegments(price)} (${locales.join(', ')})`;
    })
    .join(', ');
}

function inSegments(segments: number): string {
  return segments === 1 ? '1 segment' : `${String(segments)} segments`;
}

function lengthOf({ segments, encoding, characters }: SmsLength): string {
  const most = SEGMENT_CHARACTERS[encoding].alone;
  return `${inSegments(segments)} (${encoding}, ${String(characters)} characters where one segment has ${String(most)})`;
}

function describe(text: TextMeasurement): string {
  const { purpose, locale, format, bytes } = text;
  const detail = format.kind === 'web-otp' ? ` @${format.host}` : '';
  const inBytes = format.kind === 'android' ? `, ${String(bytes)} of ${String(ANDROID_MAX_BYTES)} bytes` : '';
  return `${purpose}:${locale} (${format.kind}${detail}): ${lengthOf(text)}${inBytes}`;
}
