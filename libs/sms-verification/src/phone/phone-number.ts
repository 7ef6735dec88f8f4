import { inspect } from 'node:util';
import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import { PhoneInvalidError, PhoneNotSupportedError } from '../sms-verification.errors';

// The `max` metadata is the only build that knows the type of every country's numbers; `min` has none for
// China, France, Indonesia, India and others, and would let premium-rate numbers through.

/** Types that get SMS. FIXED_LINE_OR_MOBILE is all that can be told of, for example, a North American number. */
const TYPES_WITH_SMS: ReadonlySet<PhoneNumberType> = new Set<PhoneNumberType>([
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
]);

const CALLING_CODES: ReadonlySet<string> = new Set(
  getCountries().map((country) => getCountryCallingCode(country)),
);

/** The country of numbers that belong to none: satellites, international networks. */
export const NO_COUNTRY = 'ZZ';

/** Whether there are phone numbers of this country, ISO 3166-1 alpha-2. */
export function isCountry(text: string): boolean {
  return isSupportedCountry(text);
}

/**
 * What a phone number can be written with: ASCII digits, and the signs that people put between them. Digits of
 * other scripts and invisible marks, which the parser would read, are no spelling of a number here.
 */
export const PHONE_PATTERN = /^[+(]?[0-9][0-9 ().\-/]{2,30}$/;

/**
 * Numbers that were parsed a moment ago, by how they were written: a send reads its number in a guard and in the
 * handler, and the verify that follows brings it again, while the numbering plans take longer than all else.
 */
let recent = new Map<string, PhoneNumber>();
/** Those before: to forget one at a time would leave a map of gaps, which are passed one by one. */
let before = recent;
const RECENT = 1_000;

/**
 * A phone number that was parsed, found valid, and can receive SMS.
 *
 * Made by {@link PhoneNumber.parse} alone, and nominal (a private constructor and field), so that code which
 * takes a `PhoneNumber` cannot be handed an unchecked string. Whatever prints it by accident (string
 * interpolation, JSON, `console.log`) gets the masked form: the number itself is only in `e164` (rule R15).
 */
export class PhoneNumber {
  readonly #e164: string;

  private constructor(
    e164: string,
    /** ISO 3166-1 alpha-2 country, where the number belongs to one; {@link NO_COUNTRY} where it does not. */
    readonly country: string,
  ) {
    this.#e164 = e164;
  }

  /**
   * Reads a number in E.164 (`+14155550100`) or, with a region, in its national form.
   *
   * @param input the number as a person typed it
   * @param region ISO 3166-1 alpha-2 country for numbers without a country code
   * @throws PhoneInvalidError when no numbering plan knows such a number
   * @throws PhoneNotSupportedError when it is of a type that gets no SMS
   */
  static parse(input: string, region?: string): PhoneNumber {
    if (!PHONE_PATTERN.test(input)) throw new PhoneInvalidError();
    const spelling = `${region ?? ''} ${input}`;
    const known = recent.get(spelling) ?? before.get(spelling);
    if (known !== undefined) return known;
    const parsed = PhoneNumber.parseAnew(input, region);
    if (recent.size >= RECENT) {
      before = recent;
      recent = new Map();
    }
    recent.set(spelling, parsed);
    return parsed;
  }

  private static parseAnew(input: string, region?: string): PhoneNumber {
    const defaultCountry = region !== undefined && isSupportedCountry(region) ? region : undefined;
    const parsed = parsePhoneNumberFromString(input, {
      ...(defaultCountry === undefined ? {} : { defaultCountry }),
      extract: false,
    });
    if (parsed === undefined || parsed.ext !== undefined) throw new PhoneInvalidError();
    const type = parsed.getType();
    if (type === undefined) throw new PhoneInvalidError();
    if (!TYPES_WITH_SMS.has(type)) throw new PhoneNotSupportedError();
    return new PhoneNumber(parsed.number, parsed.country ?? NO_COUNTRY);
  }

  /**
   * Takes back a number that this class once wrote out as E.164, such as one unsealed from a proof: the form
   * is checked, the numbering plan is not asked again.
   *
   * @throws PhoneInvalidError when the text is not E.164
   */
  static fromE164(e164: string): PhoneNumber {
    if (!/^\+[1-9][0-9]{3,14}$/.test(e164)) throw new PhoneInvalidError();
    return new PhoneNumber(e164, parsePhoneNumberFromString(e164)?.country ?? NO_COUNTRY);
  }

  /** The number in clear. Never log it. */
  get e164(): string {
    return this.#e164;
  }

  /** The country calling code and the last four digits, such as `+1••••••0100`. */
  get masked(): string {
    const digits = this.#e164.slice(1);
    const callingCodeLength = [1, 2, 3].find((length) => CALLING_CODES.has(digits.slice(0, length))) ?? 0;
    const shown = Math.min(4, Math.max(0, digits.length - callingCodeLength - 2));
    const hidden = digits.length - callingCodeLength - shown;
    return `+${digits.slice(0, callingCodeLength)}${'•'.repeat(hidden)}${digits.slice(digits.length - shown)}`;
  }

  equals(other: PhoneNumber): boolean {
    return this.#e164 === other.#e164;
  }

  toString(): string {
    return this.masked;
  }

  toJSON(): string {
    return this.masked;
  }

  [inspect.custom](): string {
    return `PhoneNumber(${this.masked})`;
  }
}
