import type { MessageFormatChoice } from './message/message-format';
import type { PhoneNumber } from './phone/phone-number';
import type { AbuseExplanation } from './abuse/abuse-defence';
import type { Level } from './abuse/prefix-guard/prefix-guard';
import type { DeliveryState, SendRefusal, VerificationState } from './storage/sms-code.storage';

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
  /** The recognition token of a device on which this phone was verified before (R21). */
  readonly recognition?: string | undefined;
  /** The answer to a human challenge, if one was asked for (R20). */
  readonly challenge?: string | undefined;
  /** What is known of who asks, for the abuse defence and the application's own `assessRisk`. */
  readonly context?: SendContext | undefined;
}

/** What is known of who asks. */
export interface SendContext {
  /** The client's address, where the transport knows it. */
  readonly clientAddress?: string | undefined;
  /** Signals of the application's own, such as the age of an account; handed to `assessRisk` as they are. */
  readonly signals?: Readonly<Record<string, unknown>> | undefined;
}

/** What `verify` takes. */
export interface VerifyCodeRequest {
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly code: string;
  readonly verificationId?: string | undefined;
  /** A repeat with the same key gets the first answer: the same proof, and no second attempt counted (R11). */
  readonly idempotencyKey?: string | undefined;
  /** The recognition token that the send came with, if any (R21). */
  readonly recognition?: string | undefined;
}

/** The phone was verified; the token proves it, once. */
export interface PhoneProof {
  readonly token: string;
  readonly expiresInMs: number;
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly verifiedAt: Date;
  /** Lets the device be recognised at its next send and verify (R21); bound to the phone, no proof of anything. */
  readonly recognition: { readonly token: string; readonly expiresInMs: number };
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

/** What would keep a code from being sent to a number now. */
export interface SendExplanation extends AbuseExplanation {
  /** The limit of the phone that holds longest; undefined when none holds. */
  readonly refusal: SendRefusal | undefined;
  /** Every limit of the phone that holds, in no order. */
  readonly limits: readonly SendRefusal[];
  /** How long a code that is out can still be verified; 0 when there is none. */
  readonly codeExpiresInMs: number;
  /** Whether the number passes the guard, whatever `levels` say: it has verified here, and not in vain since. */
  readonly known: boolean;
}

/** The range of numbers that a number lies in, at one level. */
export interface GuardedRange {
  readonly phone: PhoneNumber;
  readonly level: Level;
}
