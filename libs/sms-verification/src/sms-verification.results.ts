import type { PhoneNumber } from './phone/phone-number';
import type { VerificationState } from './storage/sms-code.storage';

/** A code is on its way. Instants are on the storage's clock; durations count from the answer. */
export interface SentVerification {
  /** Whoever holds this id, and nobody else, can verify the code (rule R8). */
  readonly verificationId: string;
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly expiresAt: Date;
  readonly expiresInMs: number;
  /** When the next send of this phone and purpose will be allowed, all limits considered. */
  readonly resendAt: Date;
  readonly resendInMs: number;
}

/** The phone was verified; the token proves it, once. */
export interface PhoneProof {
  readonly token: string;
  readonly expiresInMs: number;
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly verifiedAt: Date;
}

/** What a proof was good for, now that it is spent. */
export interface RedeemedProof {
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly verifiedAt: Date;
}

/** How a verification stands. */
export interface VerificationStatus {
  readonly state: VerificationState;
  readonly attemptsRemaining: number;
  readonly expiresInMs: number;
  readonly resendInMs: number;
}
