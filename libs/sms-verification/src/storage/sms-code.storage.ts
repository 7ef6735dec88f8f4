import type { CodeDigest } from '../code/keyed-digest';
import type { PhoneFingerprint } from '../phone/phone-fingerprint';
import type { VerificationPolicy } from '../verification-policy';

/** One phone and one purpose: what cooldowns and failure counts belong to. */
export interface Subject {
  readonly phone: PhoneFingerprint;
  readonly purpose: string;
}

export interface IssueRequest extends Subject {
  readonly verificationId: string;
  readonly digest: CodeDigest;
  readonly policy: VerificationPolicy;
}

/**
 * Why a send is refused. When several limits hold at once the one that opens last is named, so that waiting
 * `waitMs` is always enough.
 */
export type SendRefusal =
  | { readonly reason: 'cooldown'; readonly waitMs: number }
  | { readonly reason: 'failures'; readonly waitMs: number }
  | { readonly reason: 'quota'; readonly waitMs: number; readonly limit: number; readonly windowMs: number };

/** Times are milliseconds since 1970 on the storage's clock; durations are milliseconds. */
export type IssueOutcome =
  | {
      readonly outcome: 'issued';
      readonly issuedAt: number;
      readonly expiresAt: number;
      /** Until the next send of this phone and purpose will be allowed, all limits considered. */
      readonly resendInMs: number;
    }
  | { readonly outcome: 'refused'; readonly refusal: SendRefusal };

export interface VerifyRequest extends Subject {
  /** Absent: the newest pending verification of the subject is meant (option `binding: 'optional'`). */
  readonly verificationId?: string | undefined;
  /** Digests that count as right: the code under each accepted secret. */
  readonly candidates: readonly CodeDigest[];
  /** What to keep if the code is right, so that the proof exists from the moment the code is spent. */
  readonly proof: { readonly digest: string; readonly sealedPhone: string };
  readonly policy: VerificationPolicy;
}

export type VerifyOutcome =
  | {
      readonly outcome: 'verified';
      readonly verifiedAt: number;
      /** Consecutive failures that came before (ASVS 6.3.5). */
      readonly failuresBefore: number;
    }
  | {
      readonly outcome: 'wrong';
      readonly attemptsRemaining: number;
      /** The failure count, this failure included. */
      readonly failures: number;
    }
  /** Not evaluated: no attempts are left. `retryInMs` is when a new code may be asked for. */
  | { readonly outcome: 'exhausted'; readonly retryInMs: number }
  /** Expired, used, cancelled, or never issued: storage does not say which. */
  | { readonly outcome: 'unknown' };

export interface CooldownState {
  /** Whether a code of this phone and purpose could be verified now. */
  readonly exists: boolean;
  /** Remaining lifetime of the code that lives longest; 0 when none exists. */
  readonly ttlMs: number;
  /** Until the next send will be allowed; 0 when it is allowed now. */
  readonly resendInMs: number;
  /** What a send would be refused for now. */
  readonly refusal: SendRefusal | undefined;
}

export interface VerificationReference extends Subject {
  readonly verificationId: string;
  readonly policy: VerificationPolicy;
}

export type VerificationState = 'pending' | 'verified' | 'expired' | 'locked';

export type StatusOutcome =
  | {
      readonly outcome: 'found';
      readonly state: VerificationState;
      readonly attemptsRemaining: number;
      readonly expiresInMs: number;
      readonly resendInMs: number;
    }
  | { readonly outcome: 'unknown' };

export interface ProofReference extends Subject {
  readonly digest: string;
}

export type RedeemOutcome =
  | { readonly outcome: 'redeemed'; readonly verifiedAt: number; readonly sealedPhone: string }
  | { readonly outcome: 'unknown' };

/**
 * Remembers codes, cooldowns, quotas, failure counts and proofs.
 *
 * Every method is one atomic step: of any number of concurrent callers, on any number of machines, each sees
 * the state before or after another's step and never between. How that is done, under which keys and with
 * which clock, is not part of this port; that it is done, one conformance suite checks of every adapter.
 *
 * Every method throws StorageUnavailableError when it cannot tell what happened.
 */
export abstract class SmsCodeStorage {
  /** Reserves the cooldown and the quota and stores the code, or refuses and changes nothing (R5). */
  abstract issue(request: IssueRequest): Promise<IssueOutcome>;

  /** Counts, compares, and on a match removes the code and keeps the proof (R1, R2, R3). */
  abstract verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome>;

  /** Reads existence, remaining lifetime and cooldown in one step; changes nothing (R5, R7). */
  abstract checkExistsAndGetTtl(subject: Subject, policy: VerificationPolicy): Promise<CooldownState>;

  /**
   * Takes a pending verification back, with the cooldown and the quota that it reserved; never touches another
   * one (R6). `false` when there is no such pending verification.
   */
  abstract cancel(reference: VerificationReference): Promise<boolean>;

  /** Tells how a verification stands. */
  abstract readStatus(reference: VerificationReference): Promise<StatusOutcome>;

  /** Spends a proof: of any number of callers exactly one is told `redeemed` (R14). */
  abstract redeemProof(reference: ProofReference): Promise<RedeemOutcome>;

  /** Clears the failure count and the cooldown of a subject: the operator's way out of a lock (R4). */
  abstract reset(subject: Subject, policy: VerificationPolicy): Promise<void>;

  /** Resolves when the storage answers. */
  abstract ping(): Promise<void>;
}
