import type { PurposeOptions, VerificationPolicy } from '@app/sms-verification';
import { SECOND } from '../requester';

// Real time passes on Redis while a sequence runs, and none in the other storage, and yet every answer must be
// the same in every run. So commands let time pass by whole minutes alone, while no duration below, nor any sum
// of them that a rule forms, is a whole number of minutes: whatever ends, ends 10 seconds or more before or after
// each moment at which a storage is asked, and a sequence takes far less than that. Durations in answers are
// rounded to that grain. And each kind of limit has a remainder of its own (cooldowns 10 seconds, lifetimes 20,
// the two windows 30 and 40, failure waits 50), so that no two kinds can ever end together, which would leave it
// to milliseconds which of the two a refusal names.

/** To what times in answers are rounded. */
export const GRAIN_MS = 10 * SECOND;

/** Small, so that a short sequence reaches each of them. */
const COMMON = {
  maxLive: 2,
  quotas: [
    { limit: 4, windowMs: 270 * SECOND },
    { limit: 6, windowMs: 1_000 * SECOND },
  ],
  failureWaits: [
    { failures: 2, waitMs: 50 * SECOND },
    { failures: 3, waitMs: 110 * SECOND },
    { failures: 5, waitMs: 650 * SECOND },
  ],
  failureMemoryMs: 1_190 * SECOND,
  cooldownMemoryMs: 190 * SECOND,
  rememberMs: 130 * SECOND,
  resend: 'same' as const,
  idempotencyMs: 200 * SECOND,
  sendLeaseMs: 20 * SECOND,
} satisfies Omit<VerificationPolicy, keyof PurposeOptions>;

/** Purposes differ in what PurposeOptions lets them differ in. */
export const POLICIES = {
  login: {
    ...COMMON,
    lifetimeMs: 260 * SECOND,
    cooldownsMs: [10 * SECOND, 70 * SECOND, 130 * SECOND],
    maxAttempts: 3,
    proofLifetimeMs: 140 * SECOND,
  },
  register: {
    ...COMMON,
    lifetimeMs: 140 * SECOND,
    cooldownsMs: [10 * SECOND],
    maxAttempts: 2,
    proofLifetimeMs: 260 * SECOND,
    resend: 'new' as const,
  },
} satisfies Record<string, VerificationPolicy>;

export type Purpose = keyof typeof POLICIES;

export const LOCK_FAILURES = 5;

/** Nothing is remembered for longer: guesses from when their code expires. */
export const LONGEST_MEMORY_MS = COMMON.failureMemoryMs + POLICIES.login.lifetimeMs;
