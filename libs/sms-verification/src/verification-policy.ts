/** A number of sends allowed in any stretch of time of this length. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
}

/** From this many consecutive failures on, a new code must wait this long after the last of them. */
export interface FailureWait {
  readonly failures: number;
  readonly waitMs: number;
}

/**
 * The numbers that rule one purpose. Storage gets them with every call and keeps none of them: a record says
 * when things happen, the policy says how long they take (rule R7).
 */
export interface VerificationPolicy {
  /** How long a code is good, in milliseconds. */
  readonly lifetimeMs: number;
  /** Waits before the next send: the n-th after the n-th unverified send, the last one from then on. */
  readonly cooldownsMs: readonly number[];
  /** The cooldown schedule starts again this long after a cooldown has passed unused. */
  readonly cooldownMemoryMs: number;
  /** Guesses that one verification allows. */
  readonly maxAttempts: number;
  /** Verifications of one phone and purpose that may be open at the same time (rule R9). */
  readonly maxLive: number;
  /** Sends allowed per phone, over all purposes. */
  readonly quotas: readonly Quota[];
  /** Rising waits; the last one is the lock, and its count is never exceeded (rule R4). */
  readonly failureWaits: readonly FailureWait[];
  /** The failure count is forgotten this long after the last failure. */
  readonly failureMemoryMs: number;
  /** How long a proof can be redeemed, in milliseconds. */
  readonly proofLifetimeMs: number;
  /** Whether a resend of a live verification brings the same code again or a new one (rule R10). */
  readonly resend: 'same' | 'new';
  /** How long a repeated request is recognised by its idempotency key (rule R11). */
  readonly idempotencyMs: number;
  /** How long a first request with an idempotency key may be under way before a repeat is answered for it. */
  readonly sendLeaseMs: number;
  /** How long after its expiry the outcome of a verification can still be asked for. */
  readonly rememberMs: number;
}
