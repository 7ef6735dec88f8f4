import { PhoneFingerprinter } from './phone/phone-fingerprint';
import type { PhoneNumber } from './phone/phone-number';
import { PurposeUnknownError } from './sms-verification.errors';
import type { ResolvedSmsVerificationOptions } from './sms-verification.options';
import type { Subject } from './storage/sms-code.storage';
import type { VerificationPolicy } from './verification-policy';

/** Whom a request is about, as storage knows it, and by which numbers. */
export class Subjects {
  private readonly fingerprinter: PhoneFingerprinter;

  constructor(private readonly options: Pick<ResolvedSmsVerificationOptions, 'phoneKey' | 'policies'>) {
    this.fingerprinter = new PhoneFingerprinter(options.phoneKey);
  }

  of(phone: PhoneNumber, purpose: string): Subject {
    return { phone: this.fingerprinter.of(phone), purpose };
  }

  /** @throws PurposeUnknownError */
  policyOf(purpose: string): VerificationPolicy {
    const policy = this.options.policies.get(purpose);
    if (policy === undefined) throw new PurposeUnknownError();
    return policy;
  }
}
