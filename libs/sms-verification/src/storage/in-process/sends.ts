import type { VerificationPolicy } from '../../verification-policy';
import type {
  CancelRequest,
  DeliveryOutcome,
  DeliveryRequest,
  IssueOutcome,
  IssueRequest,
  SentRequest,
  VerificationReference,
} from '../sms-code.storage';
import {
  attemptsGranted,
  isLive,
  prune,
  refusalOf,
  type Answered,
  type PhoneRecord,
  type Verification,
} from './phone-record';

/** What one atomic step works on. */
export interface Step {
  readonly record: PhoneRecord;
  readonly policy: VerificationPolicy;
  readonly now: number;
}

/** Reserves a send and issues a verification, sends one again, or says why not. The rules of issue.lua. */
export function issue(step: Step, request: IssueRequest): IssueOutcome {
  const { record, policy, now } = step;
  const { purpose, idempotencyKey } = request;
  const before = idempotencyKey === undefined ? undefined : record.answered.get(idempotencyKey);
  if (before?.kind === 'send' && before.forgetAt > now) return repeatOf(step, purpose, before);

  const named =
    request.resendOf === undefined ? undefined : record.verifications.get(`${purpose}:${request.resendOf}`);
  const live = named !== undefined && isLive(named, now) ? named : undefined;
  if (live !== undefined && policy.resend === 'same') return resend(step, live, idempotencyKey);
  return issueNew(step, request, live);
}

function issueNew(step: Step, request: IssueRequest, replaced: Verification | undefined): IssueOutcome {
  const { record, policy, now } = step;
  const { purpose, verificationId, digest, sealedCode, idempotencyKey } = request;
  // A replaced verification makes room for the new one, unless that one is refused.
  if (replaced !== undefined) record.verifications.delete(keyOf(replaced));
  const refusal = refusalOf(record, purpose, policy, now, 'first');
  if (refusal !== undefined) {
    if (replaced !== undefined) record.verifications.set(keyOf(replaced), replaced);
    return { outcome: 'refused', refusal };
  }
  prune(record, policy, now);
  if (replaced !== undefined) record.messages.delete(keyOf(replaced));
  const expiresAt = now + policy.lifetimeMs;
  const attemptsLeft = attemptsGranted(record, purpose, policy, now);
  const issued = { purpose, id: verificationId, issuedAt: now, expiresAt, attemptsLeft, digest, sealedCode };
  record.verifications.set(`${purpose}:${verificationId}`, {
    ...issued,
    state: 'pending',
    delivery: 'queued',
  });
  reserve(step, purpose, verificationId, idempotencyKey);
  const kind = policy.resend === 'same' ? 'resend' : 'first';
  const resendInMs = refusalOf(record, purpose, policy, now, kind)?.waitMs ?? 0;
  return { outcome: 'issued', sentAt: now, expiresAt, resendInMs };
}

function resend(step: Step, live: Verification, idempotencyKey: string | undefined): IssueOutcome {
  const { record, policy, now } = step;
  const { purpose, id, expiresAt, digest, sealedCode } = live;
  const refusal = refusalOf(record, purpose, policy, now, 'resend');
  if (refusal !== undefined) return { outcome: 'refused', refusal };
  prune(record, policy, now);
  const failedGateway =
    live.delivery === 'undelivered' ? (record.messages.get(keyOf(live))?.gateway ?? '') : '';
  record.verifications.set(keyOf(live), { ...live, delivery: 'queued' });
  reserve(step, purpose, id, idempotencyKey);
  const resendInMs = refusalOf(record, purpose, policy, now, 'resend')?.waitMs ?? 0;
  return { outcome: 'resent', sentAt: now, expiresAt, resendInMs, digest, sealedCode, failedGateway };
}

/** Takes the cooldown and a place in the quota, and remembers who asked. */
function reserve({ record, policy, now }: Step, purpose: string, verificationId: string, key?: string): void {
  const streak = (record.cooldowns.get(purpose)?.streak ?? 0) + 1;
  const cooldownMs = policy.cooldownsMs[Math.min(streak, policy.cooldownsMs.length) - 1] ?? 0;
  record.cooldowns.set(purpose, {
    resendAt: now + cooldownMs,
    lastSendAt: now,
    streak: Math.min(streak, 255),
  });
  record.sends.push(now);
  if (key === undefined) return;
  const [forgetAt, leaseUntil] = [now + policy.idempotencyMs, now + policy.sendLeaseMs];
  record.answered.set(key, { kind: 'send', verificationId, leaseUntil, done: false, forgetAt });
}

function repeatOf(step: Step, purpose: string, before: Answered & { kind: 'send' }): IssueOutcome {
  const { record, policy, now } = step;
  const { verificationId, leaseUntil, done } = before;
  // Without word from the first request past its lease, it died between reserving and answering. Its message may
  // have gone out, so none is sent for the repeat; if it did not, a resend brings the same code.
  if (!done && leaseUntil > now) return { outcome: 'running', waitMs: leaseUntil - now };
  const found = record.verifications.get(`${purpose}:${verificationId}`);
  const kind = policy.resend === 'same' && found !== undefined && isLive(found, now) ? 'resend' : 'first';
  return {
    outcome: 'repeated',
    verificationId,
    expiresAt: found?.expiresAt ?? now,
    expiresInMs: Math.max(0, (found?.expiresAt ?? now) - now),
    resendInMs: refusalOf(record, purpose, policy, now, kind)?.waitMs ?? 0,
  };
}

/** Takes one send back. The rules of cancel.lua. */
export function cancelSend({ record }: Step, request: CancelRequest): boolean {
  const { purpose, verificationId, sentAt, kind, idempotencyKey } = request;
  const key = `${purpose}:${verificationId}`;
  if (record.verifications.get(key)?.state !== 'pending') return false;

  if (kind === 'first') {
    record.verifications.delete(key);
    record.messages.delete(key);
  }
  if (idempotencyKey !== undefined) record.answered.delete(idempotencyKey);
  const reserved = record.sends.indexOf(sentAt);
  if (reserved !== -1) record.sends.splice(reserved, 1);
  const cooldown = record.cooldowns.get(purpose);
  if (cooldown?.lastSendAt === sentAt) {
    if (cooldown.streak > 1) {
      record.cooldowns.set(purpose, { resendAt: sentAt, lastSendAt: 0, streak: cooldown.streak - 1 });
    } else {
      record.cooldowns.delete(purpose);
    }
  }
  return true;
}

/** Notes that a gateway took the message. The rules of record-sent.lua. */
export function recordSent({ record }: Step, request: SentRequest): void {
  const { purpose, verificationId, sentAt, gateway, idempotencyKey } = request;
  const key = `${purpose}:${verificationId}`;
  const found = record.verifications.get(key);
  if (found === undefined) return;
  const cooldownSpared = record.messages.get(key)?.cooldownSpared ?? false;
  record.messages.set(key, { sentAt, cooldownSpared, gateway });
  // What failed in the meantime can only be a message that this one replaces.
  if (found.delivery !== 'delivered') record.verifications.set(key, { ...found, delivery: 'sent' });
  const answered = idempotencyKey === undefined ? undefined : record.answered.get(idempotencyKey);
  if (idempotencyKey !== undefined && answered?.kind === 'send') {
    record.answered.set(idempotencyKey, { ...answered, done: true });
  }
}

/** Notes what became of a message. The rules of record-delivery.lua. */
export function recordDelivery(
  { record, now }: Step,
  { purpose, verificationId }: VerificationReference,
  sentAt: number,
  state: DeliveryRequest['state'],
): DeliveryOutcome {
  const key = `${purpose}:${verificationId}`;
  const found = record.verifications.get(key);
  const message = record.messages.get(key);
  // A message that arrived stays arrived, and of one that a newer message has replaced no failure matters.
  const settled = found?.delivery === 'delivered' || found?.delivery === state;
  if (found === undefined || settled) return { outcome: 'unchanged' };
  if (state === 'undelivered' && message?.sentAt !== sentAt) return { outcome: 'unchanged' };

  record.verifications.set(key, { ...found, delivery: state });
  const cooldown = record.cooldowns.get(purpose);
  if (state === 'undelivered' && message?.cooldownSpared === false) {
    record.messages.set(key, { ...message, cooldownSpared: true });
    if (cooldown?.lastSendAt === sentAt && cooldown.resendAt > now) {
      record.cooldowns.set(purpose, { ...cooldown, resendAt: now });
    }
  }
  return { outcome: 'recorded', purpose, verificationId };
}

function keyOf({ purpose, id }: Verification): string {
  return `${purpose}:${id}`;
}
