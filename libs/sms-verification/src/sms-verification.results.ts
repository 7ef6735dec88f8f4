import type { MessageFormatChoice } from './message/message-format';
import type { PhoneNumber } from './phone/phone-number';
import type { DeliveryState, VerificationState } from './storage/sms-code.storage';

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

/** What `send` takes. */
export interface SendRequest {
  readonly phone: PhoneNumber;
  readonly purpose: string;
  /** The verification whose code is to be sent again; when it is not live any more, a new one is issued (R10). */
  readonly verificationId?: string | undefined;
  /** The language of the message, as BCP 47 and as a browser's Accept-Language; the first that there is counts. */
  readonly locale?: string | undefined;
  readonly acceptLanguage?: string | undefined;
  /** How the client is to read the code by itself: WebOTP or Android's SMS Retriever. Default: plain. */
  readonly format?: MessageFormatChoice | undefined;
  /** A repeat with the same key gets the first answer, and no second message (R11). */
  readonly idempotencyKey?: string | undefined;
}

/** What `verify` takes. */
export interface VerifyCodeRequest {
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly code: string;
  readonly verificationId?: string | undefined;
  /** A repeat with the same key gets the first answer: the same proof, and no second attempt counted (R11). */
  readonly idempotencyKey?: string | undefined;
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
  readonly delivery: DeliveryState;
  readonly attemptsRemaining: number;
  readonly expiresInMs: number;
  readonly resendInMs: number;
}
