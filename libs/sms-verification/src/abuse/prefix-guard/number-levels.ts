import { hmacText } from '../../code/hmac';
import type { PhoneNumber } from '../../phone/phone-number';
import type { NumberLevels } from './prefix-guard';

/** Country calling codes are prefix-free: one digit, these of two digits, and all others of three (ITU-T E.164). */
const ONE_DIGIT = /^[17]/;
const TWO_DIGITS = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** Digits that subscribers of one range share the rest of: ten thousand numbers. */
const SUBSCRIBER_DIGITS = 4;
/** 60 bits: among a million ranges the chance that any two share a name is below 10⁻⁶. */
const RANGE_LENGTH = 10;

/** The levels that a number lies in. The key is for these names alone. */
export function levelsOf(phone: PhoneNumber, key: string): NumberLevels {
  return levelsOfE164(phone.e164, phone.country, key);
}

/** The same for a number known to be E.164 and of this country. */
export function levelsOfE164(e164: string, country: string, key: string): NumberLevels {
  const national = e164.slice(1 + callingCodeLength(e164.slice(1)));
  const shared = e164.slice(0, -SUBSCRIBER_DIGITS);
  const range = hmacText(key, shared, RANGE_LENGTH);
  return {
    country,
    operator: `${country}-${national.slice(0, operatorDigits(national.length))}`,
    range: `${country}-${range}`,
  };
}

function callingCodeLength(digits: string): number {
  if (ONE_DIGIT.test(digits)) return 1;
  return TWO_DIGITS.test(digits) ? 2 : 3;
}

/** Numbering plans give operators, or areas, blocks that are named by more digits where numbers are longer. */
function operatorDigits(nationalLength: number): number {
  if (nationalLength >= 10) return 3;
  return nationalLength >= 8 ? 2 : 1;
}
