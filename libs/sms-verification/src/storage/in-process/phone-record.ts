import type { VerificationPolicy } from '../../verification-policy';
import type { DeliveryState, SendRefusal, VerificationState } from '../sms-code.storage';

// The rules that a phone's record obeys, as plain functions of the record, the policy and the time. This is
// the specification that the Lua of storage/redis/lua is held to; the parts carry the same names there.

export interface Verification {
  readonly purpose: string;
  readonly id: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly state: 'pending' | 'verified';
  readonly attemptsLeft: number;
  /** Whether a wrong guess at it has been counted. */
  readonly guessed: boolean;
  /** Of its newest message that a gateway took; {@link deliveryOf} tells that of its newest send. */
  readonly delivery: DeliveryState;
  /** When its newest send was reserved that was not taken back. */
  readonly newestSendAt: number;
  /** When the guard of number ranges counted its send; 0 when it did not. */
  readonly assessedAt: number;
  readonly digest: string;
  readonly sealedCode: string;
}

/** The newest message of a verification that a gateway accepted. */
export interface Message {
  readonly sentAt: number;
  /** Whether an undelivered message of the verification has ended a cooldown; none does so again. */
  readonly cooldownSpared: boolean;
  readonly gateway: string;
}

/** What a request with an idempotency key got, for its repeats. */
export type Answered = { readonly forgetAt: number } & (
  | {
      readonly kind: 'send';
      readonly verificationId: string;
      readonly leaseUntil: number;
      readonly done: boolean;
    }
  | { readonly kind: 'verified'; readonly verifiedAt: number; readonly failuresBefore: number }
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number; readonly failures: number }
);

export interface Cooldown {
  readonly resendAt: number;
  readonly lastSendAt: number;
  /** Sends in a row that no success has followed. */
  readonly streak: number;
}

export interface FailureCount {
  readonly count: number;
  readonly lastFailedAt: number;
}

/** Everything remembered of one phone. */
export interface PhoneRecord {
  /** Times of recent sends of all purposes, oldest first. */
  sends: number[];
  /** By purpose. */
  readonly cooldowns: Map<string, Cooldown>;
  /** By purpose. */
  readonly failures: Map<string, FailureCount>;
  /** By purpose and id. */
  readonly verifications: Map<string, Verification>;
  /** By purpose and id of their verification. */
  readonly messages: Map<string, Message>;
  /** By idempotency key. */
  readonly answered: Map<string, Answered>;
}

export function emptyRecord(): PhoneRecord {
  return {
    sends: [],
    cooldowns: new Map(),
    failures: new Map(),
    verifications: new Map(),
    messages: new Map(),
    answered: new Map(),
  };
}

/** A pending verification that still has time and attempts: one whose code could be verified. */
export function isLive(verification: Verification, now: number): boolean {
  return verification.state === 'pending' && verification.expiresAt > now && verification.attemptsLeft > 0;
}

/** The live verifications of a purpose, the one that expires first first. */
export function liveOf(record: PhoneRecord, purpose: string, now: number): Verification[] {
  return [...record.verifications.values()]
    .filter((verification) => verification.purpose === purpose && isLive(verification, now))
    .sort((first, second) => first.expiresAt - second.expiresAt);
}

/** The failure count as it stands: nothing once it is forgotten, or once the lock it led to is served. */
export function failuresOf(
  record: PhoneRecord,
  purpose: string,
  policy: VerificationPolicy,
  now: number,
): FailureCount {
  const none = { count: 0, lastFailedAt: 0 };
  const failures = record.failures.get(purpose);
  if (failures === undefined || failures.lastFailedAt + policy.failureMemoryMs <= now) return none;
  const lock = lockOf(policy);
  if (failures.count >= lock.failures && failures.lastFailedAt + lock.waitMs <= now) return none;
  return failures;
}

/** The last step of the waits: at this count no guess is granted any more until its wait is over. */
function lockOf(policy: VerificationPolicy): { readonly failures: number; readonly waitMs: number } {
  return (
    policy.failureWaits[policy.failureWaits.length - 1] ?? { failures: 100, waitMs: policy.failureMemoryMs }
  );
}

/**
 * Guesses that a new verification would get. They are set aside when it is issued: what live verifications may
 * still guess wrong counts against the lock already. So the lock is never exceeded (NIST SP 800-63B-4 §3.2.2),
 * and yet nobody's failures can take an attempt from a verification that was issued before (R9).
 */
export function attemptsGranted(
  record: PhoneRecord,
  purpose: string,
  policy: VerificationPolicy,
  now: number,
): number {
  const setAside = liveOf(record, purpose, now).reduce((sum, { attemptsLeft }) => sum + attemptsLeft, 0);
  const { count } = failuresOf(record, purpose, policy, now);
  return Math.min(policy.maxAttempts, lockOf(policy).failures - count - setAside);
}

/** As many sends in a row that nobody verified make a phone that has verified like any other. */
const UNVERIFIED_SENDS = 3;

/**
 * Whether a phone that has verified is still taken for one: sends in a row without success, of all purposes, count
 * against it as long as they lengthen the cooldown.
 */
export function isTrusted(record: PhoneRecord, policy: VerificationPolicy, now: number): boolean {
  const unverified = [...record.cooldowns.values()]
    .filter(({ resendAt }) => resendAt + policy.cooldownMemoryMs > now)
    .reduce((sum, { streak }) => sum + streak, 0);
  return unverified < UNVERIFIED_SENDS;
}

/** A send that starts a verification, or one that brings a live verification's code again. */
export type SendKind = 'first' | 'resend';

/** What a send would be refused for now, if anything; of several reasons the one that holds longest. */
export function refusalOf(
  record: PhoneRecord,
  purpose: string,
  policy: VerificationPolicy,
  now: number,
  kind: SendKind,
): SendRefusal | undefined {
  // A resend costs a message like any send, but grants no guesses: only what counts messages applies to it.
  const refusals = [
    ...messageRefusals(record, purpose, policy, now),
    ...(kind === 'first' ? guessRefusals(record, purpose, policy, now) : []),
  ].filter(({ waitMs }) => waitMs > 0);
  return refusals.reduce<SendRefusal | undefined>(
    (longest, refusal) => (longest === undefined || refusal.waitMs > longest.waitMs ? refusal : longest),
    undefined,
  );
}

/** The limits on messages. */
function* messageRefusals(
  record: PhoneRecord,
  purpose: string,
  policy: VerificationPolicy,
  now: number,
): Generator<SendRefusal> {
  const cooldown = record.cooldowns.get(purpose);
  if (cooldown !== undefined) yield { reason: 'cooldown', waitMs: cooldown.resendAt - now };

  for (const { limit, windowMs } of policy.quotas) {
    const recent = record.sends.filter((sentAt) => sentAt + windowMs > now);
    const mustLeave = recent[recent.length - limit];
    if (mustLeave !== undefined)
      yield { reason: 'quota', waitMs: mustLeave + windowMs - now, limit, windowMs };
  }
}

/** The limits on guesses. */
function* guessRefusals(
  record: PhoneRecord,
  purpose: string,
  policy: VerificationPolicy,
  now: number,
): Generator<SendRefusal> {
  // Refusing the newcomer, not dropping the oldest: nobody can push out a holder's code (R9).
  const live = liveOf(record, purpose, now);
  const mustExpire = live[live.length - policy.maxLive];
  if (mustExpire !== undefined) yield { reason: 'cooldown', waitMs: mustExpire.expiresAt - now };

  const { count, lastFailedAt } = failuresOf(record, purpose, policy, now);
  const step = policy.failureWaits.findLast(({ failures }) => failures <= count);
  if (step !== undefined) yield { reason: 'failures', waitMs: lastFailedAt + step.waitMs - now };

  const first = live[0];
  if (first !== undefined && attemptsGranted(record, purpose, policy, now) < 1) {
    yield { reason: 'failures', waitMs: first.expiresAt - now };
  }
}

/** When everything in the record will have lost its meaning, and the record can be dropped. */
export function retainUntil(record: PhoneRecord, policy: VerificationPolicy): number {
  const longestWindow = Math.max(0, ...policy.quotas.map(({ windowMs }) => windowMs));
  return Math.max(
    0,
    ...record.sends.map((sentAt) => sentAt + longestWindow),
    ...[...record.cooldowns.values()].map(({ resendAt }) => resendAt + policy.cooldownMemoryMs),
    ...[...record.failures.values()].map(({ lastFailedAt }) => lastFailedAt + policy.failureMemoryMs),
    ...[...record.verifications.values()].map(({ expiresAt }) => expiresAt + policy.rememberMs),
    // As if the last guess came when it expires: so the time is set once for all of them.
    ...[...record.verifications.values()]
      .filter(({ state, guessed, purpose }) => state === 'pending' && guessed && record.failures.has(purpose))
      .map(({ expiresAt }) => expiresAt + policy.failureMemoryMs),
    ...[...record.answered.values()].map(({ forgetAt }) => forgetAt),
  );
}

/** Drops what has lost its meaning. */
export function prune(record: PhoneRecord, policy: VerificationPolicy, now: number): void {
  const longestWindow = Math.max(0, ...policy.quotas.map(({ windowMs }) => windowMs));
  record.sends = record.sends.filter((sentAt) => sentAt + longestWindow > now);
  for (const [purpose, { resendAt }] of record.cooldowns) {
    if (resendAt + policy.cooldownMemoryMs <= now) record.cooldowns.delete(purpose);
  }
  for (const purpose of record.failures.keys()) {
    if (failuresOf(record, purpose, policy, now).count === 0) record.failures.delete(purpose);
  }
  for (const [key, { expiresAt }] of record.verifications) {
    if (expiresAt + policy.rememberMs > now) continue;
    record.verifications.delete(key);
    record.messages.delete(key);
  }
  for (const [key, { forgetAt }] of record.answered) {
    if (forgetAt <= now) record.answered.delete(key);
  }
}

/** How far the newest send of a verification has come: while it is under way, the message before it is not news. */
export function deliveryOf(verification: Verification, message: Message | undefined): DeliveryState {
  if (message === undefined || message.sentAt < verification.newestSendAt) return 'queued';
  return verification.delivery;
}

/** How a verification stands, in the words of its status. */
export function stateOf(verification: Verification, now: number): VerificationState {
  if (verification.state === 'verified') return 'verified';
  if (verification.expiresAt <= now) return 'expired';
  return verification.attemptsLeft === 0 ? 'locked' : 'pending';
}
