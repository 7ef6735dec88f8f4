import type { CodeDigest } from '../code/keyed-digest';
import type { PhoneFingerprint } from '../phone/phone-fingerprint';
import type { VerificationPolicy } from '../verification-policy';

/** One phone and one purpose: what cooldowns and failure counts belong to. */
export interface Subject {
  readonly phone: PhoneFingerprint;
  readonly purpose: string;
}

/** A client's idempotency key, digested: what storage knows a repeated request by (rule R11). */
export type IdempotencyDigest = string;

export interface IssueRequest extends Subject {
  /** The id that a new verification gets. */
  readonly verificationId: string;
  readonly digest: CodeDigest;
  /** The code in a form that only the application can turn back; a resend gives it out again (rule R10). */
  readonly sealedCode: string;
  /** The verification whose code is to be sent again. When it is not live any more, a new one is issued. */
  readonly resendOf?: string | undefined;
  readonly idempotencyKey?: IdempotencyDigest | undefined;
  /** The request is void from this instant on: it rests on a recognition token that ends then (rule R21). */
  readonly notAfter?: number | undefined;
  /** It is to be answered only if it is a repeat: its answer may be here, though it would go elsewhere now (R11). */
  readonly onlyRepeat?: boolean | undefined;
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
      /** When the send was reserved; names this send to `cancel` and `recordSent`. */
      readonly sentAt: number;
      readonly expiresAt: number;
      /** Until its holder may have the code sent again. */
      readonly resendInMs: number;
      /**
       * Whether the phone has verified in the last 90 days, or the request rests on a recognition token; three sends
       * in a row that nobody verified, of whichever purposes, make it as unknown.
       */
      readonly known: boolean;
    }
  /** A live verification's code is to go out again; its lifetime and attempts are what they were. */
  | {
      readonly outcome: 'resent';
      readonly sentAt: number;
      readonly expiresAt: number;
      readonly resendInMs: number;
      readonly digest: string;
      readonly sealedCode: string;
      /** The gateway whose message was reported undelivered; empty when none was. */
      readonly failedGateway: string;
      readonly known: boolean;
    }
  /** The first request with this idempotency key was served: this is what it got. Nothing is to be sent. */
  | {
      readonly outcome: 'repeated';
      readonly verificationId: string;
      readonly expiresAt: number;
      /** Less than 0 when it has expired since. */
      readonly expiresInMs: number;
      readonly resendInMs: number;
    }
  /** The first request with this idempotency key is still being served. */
  | { readonly outcome: 'running'; readonly waitMs: number }
  /** `notAfter` has passed, and it is no repeat. */
  | { readonly outcome: 'stale' }
  /** `onlyRepeat`, and it is none. */
  | { readonly outcome: 'new' }
  | { readonly outcome: 'refused'; readonly refusal: SendRefusal };

export interface VerifyRequest extends Subject {
  /** Absent: the newest pending verification of the subject is meant (option `binding: 'optional'`). */
  readonly verificationId?: string | undefined;
  /** Digests that count as right: the code under each accepted secret. */
  readonly candidates: readonly CodeDigest[];
  /** By what to find the proof, which exists from the moment the code is spent, if the code is right. */
  readonly proofDigest: string;
  readonly idempotencyKey?: IdempotencyDigest | undefined;
  /** As in {@link IssueRequest}. */
  readonly notAfter?: number | undefined;
  /** As in {@link IssueRequest}. */
  readonly onlyRepeat?: boolean | undefined;
  readonly policy: VerificationPolicy;
}

export type VerifyOutcome =
  | {
      readonly outcome: 'verified';
      readonly verifiedAt: number;
      /** Consecutive failures that came before (ASVS 6.3.5). */
      readonly failuresBefore: number;
      /** How long the proof can still be redeemed. */
      readonly proofExpiresInMs: number;
      /**
       * A request with the same idempotency key and the same proof got this answer before, and the proof can still
       * be redeemed; nothing happened now. A repeat whose proof is spent is `unknown`.
       */
      readonly repeated: boolean;
      /** When the guard of number ranges counted the send, as `recordSent` told; 0 when it did not. */
      readonly assessedAt: number;
    }
  | {
      readonly outcome: 'wrong';
      readonly attemptsRemaining: number;
      /** The failure count, this failure included. */
      readonly failures: number;
      /** A request with the same idempotency key got this answer before; nothing happened now. */
      readonly repeated: boolean;
    }
  /** Not evaluated: no attempts are left. `retryInMs` is when a new code may be asked for. */
  | { readonly outcome: 'exhausted'; readonly retryInMs: number }
  /** Expired, used, cancelled, or never issued: storage does not say which. */
  | { readonly outcome: 'unknown' }
  /** `notAfter` has passed, and it is no repeat. */
  | { readonly outcome: 'stale' }
  /** `onlyRepeat`, and it is none. */
  | { readonly outcome: 'new' };

export interface CooldownState {
  /** Whether a code of this phone and purpose could be verified now. */
  readonly exists: boolean;
  /** Remaining lifetime of the code that lives longest; 0 when none exists. */
  readonly ttlMs: number;
  /** Until the next send will be allowed; 0 when it is allowed now. */
  readonly resendInMs: number;
  /** What a send without a recognition token would be told. */
  readonly known: boolean;
  /** What a send would be refused for now. */
  readonly refusal: SendRefusal | undefined;
}

export interface VerificationReference extends Subject {
  readonly verificationId: string;
  readonly policy: VerificationPolicy;
}

/** One send of a verification that is to be taken back. */
export interface CancelRequest extends VerificationReference {
  readonly sentAt: number;
  /** `resend`: the verification was there before this send, and stays. */
  readonly kind: 'first' | 'resend';
  readonly idempotencyKey?: IdempotencyDigest | undefined;
}

/** One send of a verification that a gateway accepted. */
export interface SentRequest extends VerificationReference {
  readonly sentAt: number;
  readonly gateway: string;
  /** The gateway's name for the message, by which its reports are told apart. */
  readonly messageId: string;
  readonly idempotencyKey?: IdempotencyDigest | undefined;
  /** When the guard of number ranges counted the send, if it did; kept for the verify. */
  readonly assessedAt?: number | undefined;
}

export interface DeliveryRequest {
  readonly gateway: string;
  readonly messageId: string;
  readonly state: 'delivered' | 'undelivered';
}

/** `unchanged`: the report was late, a repeat, or about a message that a newer one has replaced. */
export type DeliveryOutcome =
  | { readonly outcome: 'recorded'; readonly purpose: string; readonly verificationId: string }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'unknown' };

/** How far the newest message of a verification has come, as far as its gateway reports. */
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'undelivered';

export type VerificationState = 'pending' | 'verified' | 'expired' | 'locked';

export type StatusOutcome =
  | {
      readonly outcome: 'found';
      readonly state: VerificationState;
      readonly delivery: DeliveryState;
      readonly attemptsRemaining: number;
      readonly expiresInMs: number;
      readonly resendInMs: number;
    }
  | { readonly outcome: 'unknown' };

export interface ProofReference extends Subject {
  readonly digest: string;
}

export type RedeemOutcome =
  { readonly outcome: 'redeemed'; readonly verifiedAt: number } | { readonly outcome: 'unknown' };

/**
 * Remembers codes, cooldowns, quotas, failure counts and proofs.
 *
 * Every method but `recordSent` and `recordDelivery` is one atomic step: of any number of concurrent callers, on
 * any number of machines, each sees the state before or after another's step and never between. How that is done,
 * under which keys and with which clock, is not part of this port; that it is done, one conformance suite checks
 * of every adapter.
 *
 * Those two touch a verification and a gateway's name for a message, which may stand on two machines. Each of the
 * two is changed in an atomic step of its own. The steps may be served in either order with others between them,
 * and lead to the same end: a report that finds no name waits for it, and one that comes before the send is noted
 * counts as that note. When the caller dies, or storage fails, after one step of the two, what is lost is news: a
 * report is not believed and ends no cooldown, or the message stays `queued` and a repeated request `running`
 * until its lease is over. No code, attempt, quota or proof depends on either.
 *
 * Every method throws StorageUnavailableError when it cannot tell what happened.
 */
export abstract class SmsCodeStorage {
  /**
   * Reserves the cooldown and the quota and stores the code, or refuses and changes nothing (R5). A resend of a
   * live verification reserves and stores no code (R10); a repeated request neither (R11).
   */
  abstract issue(request: IssueRequest): Promise<IssueOutcome>;

  /** Counts, compares, and on a match removes the code and keeps the proof (R1, R2, R3). */
  abstract verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome>;

  /** Notes that a phone has verified, by a success of a device that is counted apart from it (R21). */
  abstract recordKnown(phone: PhoneFingerprint): Promise<void>;

  /** Reads existence, remaining lifetime and cooldown in one step; changes nothing (R5, R7). */
  abstract checkExistsAndGetTtl(subject: Subject, policy: VerificationPolicy): Promise<CooldownState>;

  /**
   * Takes one send of a pending verification back, with the cooldown and the quota that it reserved, and the
   * verification too if this was its first send and no other followed; never touches another one (R6). After a
   * resend was taken back, the verification's delivery is again what it was. `false` when there is no such pending
   * verification.
   */
  abstract cancel(request: CancelRequest): Promise<boolean>;

  /**
   * Notes that a gateway accepted a send, and by which name its reports will call the message. When a newer send
   * was accepted already, that one's message stays the verification's: of the older one, a failure is then
   * `unchanged`, and an arrival still believed, for it brought the same code.
   */
  abstract recordSent(request: SentRequest): Promise<void>;

  /**
   * Notes what a gateway reports of a message. `undelivered` ends the cooldown of its send, once for each
   * verification. Reports that come late, twice, out of order or for nothing known change nothing.
   */
  abstract recordDelivery(request: DeliveryRequest): Promise<DeliveryOutcome>;

  /**
   * Binds an idempotency key to a request for `ttlMs` from now. `false` when the key is bound to another (R11).
   *
   * @param request a digest of everything that makes the request what it is
   */
  abstract claimIdempotencyKey(key: IdempotencyDigest, request: string, ttlMs: number): Promise<boolean>;

  /** Tells how a verification stands. */
  abstract readStatus(reference: VerificationReference): Promise<StatusOutcome>;

  /** Spends a proof: of any number of callers exactly one is told `redeemed` (R14). */
  abstract redeemProof(reference: ProofReference): Promise<RedeemOutcome>;

  /** Clears the failure count and the cooldown of a subject: the operator's way out of a lock (R4). */
  abstract reset(subject: Subject, policy: VerificationPolicy): Promise<void>;

  /** Resolves when the storage answers and takes writes; of a Cluster, one node. */
  abstract ping(): Promise<void>;
}
