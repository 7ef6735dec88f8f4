import { hmacText } from '../code/hmac';
import type { PhoneNumber } from './phone-number';

declare const fingerprint: unique symbol;

/**
 * The name under which a phone is known in storage: 96 bits of an HMAC as 16 base64url characters. Equal
 * phones have equal fingerprints; without the key nobody can try the few billion possible numbers (R15).
 * At 10⁹ phones the chance that any two share one is below 10⁻¹⁰ (n²/2⁹⁷).
 */
export type PhoneFingerprint = string & { readonly [fingerprint]: true };

const LENGTH = 16;

/** Limits that the recognised devices of a phone have beside the one that everybody shares. */
export const DEVICE_BUCKETS = 4;

/** Tells whether the text has the form of a fingerprint (not whether any phone has it). */
export function isPhoneFingerprint(text: string): text is PhoneFingerprint {
  return /^[A-Za-z0-9_-]{16}$/.test(text);
}

/** Fingerprints phones with a key of its own, apart from the code secrets, so that those can rotate alone. */
export class PhoneFingerprinter {
  constructor(private readonly key: string) {}

  of(phone: PhoneNumber): PhoneFingerprint {
    return this.hmac(phone.e164);
  }

  /**
   * The name under which a phone is known to storage when a recognised device asks: all that is counted there is
   * that of such devices alone, and no stranger can use it up (rule R21).
   *
   * @param bucket which of the few that devices share
   */
  ofDevices(phone: PhoneNumber, bucket: number): PhoneFingerprint {
    return this.hmac(`${phone.e164}:${String(bucket)}`);
  }

  /** All names of a phone. */
  names(phone: PhoneNumber): readonly PhoneFingerprint[] {
    const buckets = Array.from({ length: DEVICE_BUCKETS }, (_, bucket) => this.ofDevices(phone, bucket));
    return [this.of(phone), ...buckets];
  }

  private hmac(input: string): PhoneFingerprint {
    return hmacText(this.key, input, LENGTH) as PhoneFingerprint;
  }
}
