import type { VerifyOutcome, VerifyRequest } from '../sms-code.storage';
import { refusalOf, type Answered, type PhoneRecord, type Verification } from './phone-record';
import { isOver, type Step } from './sends';

/**
 * Judges one guess. The rules of verify-and-remove.lua; keeping the proof is the caller's part.
 *
 * @param proofStands whether the proof that the request brings can be redeemed already: it is a repeat's
 */
export function verify(step: Step, request: VerifyRequest, proofStands: boolean): VerifyOutcome {
  const { record, policy, now } = step;
  const { purpose, candidates, idempotencyKey } = request;
  const before = idempotencyKey === undefined ? undefined : record.answered.get(idempotencyKey);
  if (before !== undefined && before.forgetAt > now && before.kind !== 'send') {
    // Of a success whose proof cannot be redeemed any more nobody is told: it is worth nothing.
    return before.kind === 'wrong' || proofStands ? repeatOf(step, before) : { outcome: 'unknown' };
  }

  if (isOver(request, now)) return { outcome: 'stale' };
  if (request.onlyRepeat === true) return { outcome: 'new' };

  const found = findPending(record, request, now);
  if (found === undefined) return { outcome: 'unknown' };
  if (found.attemptsLeft === 0) {
    return { outcome: 'exhausted', retryInMs: refusalOf(record, purpose, policy, now, 'first')?.waitMs ?? 0 };
  }

  const key = `${purpose}:${found.id}`;
  // No longer than the proof: what a repeat would be given must still be worth something.
  const forgetAt = now + Math.min(policy.idempotencyMs, policy.proofLifetimeMs);
  const failuresBefore = record.failures.get(purpose)?.count ?? 0;
  if (!candidates.some((candidate) => candidate === found.digest)) {
    const failures = failuresBefore + 1;
    const attemptsRemaining = found.attemptsLeft - 1;
    record.verifications.set(key, { ...found, attemptsLeft: attemptsRemaining, guessed: true });
    record.failures.set(purpose, { count: failures, lastFailedAt: now });
    remember(record, idempotencyKey, { kind: 'wrong', attemptsRemaining, failures, forgetAt });
    return { outcome: 'wrong', attemptsRemaining, failures, repeated: false };
  }

  record.verifications.set(key, { ...found, state: 'verified', digest: '', sealedCode: '' });
  record.cooldowns.delete(purpose);
  record.failures.delete(purpose);
  remember(record, idempotencyKey, { kind: 'verified', verifiedAt: now, failuresBefore, forgetAt });
  const proofExpiresInMs = policy.proofLifetimeMs;
  const { assessedAt } = found;
  const verified = { verifiedAt: now, failuresBefore, proofExpiresInMs, assessedAt };
  return { outcome: 'verified', ...verified, repeated: false };
}

function remember(record: PhoneRecord, key: string | undefined, answered: Answered): void {
  if (key !== undefined) record.answered.set(key, answered);
}

function repeatOf({ policy, now }: Step, before: Exclude<Answered, { kind: 'send' }>): VerifyOutcome {
  if (before.kind === 'wrong') {
    const { attemptsRemaining, failures } = before;
    return { outcome: 'wrong', attemptsRemaining, failures, repeated: true };
  }
  const { verifiedAt, failuresBefore } = before;
  const proofExpiresInMs = Math.max(0, verifiedAt + policy.proofLifetimeMs - now);
  return { outcome: 'verified', verifiedAt, failuresBefore, proofExpiresInMs, assessedAt: 0, repeated: true };
}

function findPending(record: PhoneRecord, request: VerifyRequest, now: number): Verification | undefined {
  const pending = [...record.verifications.values()].filter(
    ({ purpose, state, expiresAt }) => purpose === request.purpose && state === 'pending' && expiresAt > now,
  );
  if (request.verificationId !== undefined) return pending.find(({ id }) => id === request.verificationId);
  return pending.sort((first, second) => second.issuedAt - first.issuedAt)[0];
}
