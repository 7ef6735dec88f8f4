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
  isTrusted,
  prune,
  refusalOf,
  type Answered,
  type Message,
  type PhoneRecord,
  type Verification,
} from './phone-record';

/** What one atomic step works on. */
export interface Step {
  readonly record: PhoneRecord;
  readonly policy: VerificationPolicy;
  readonly now: number;
}

/** Whether what a request rests on has ended. */
export function isOver({ notAfter }: { readonly notAfter?: number | undefined }, now: number): boolean {
  return notAfter !== undefined && notAfter <= now;
}

/**
 * Reserves a send and issues a verification, sends one again, or says why not. The rules of issue.lua.
 *
 * @param hasVerified whether the phone, or the device that asks, has verified before
 */
export function issue(step: Step, request: IssueRequest, hasVerified: boolean): IssueOutcome {
  const { record, policy, now } = step;
  const { purpose, idempotencyKey } = request;
  const before = idempotencyKey === undefined ? undefined : record.answered.get(idempotencyKey);
  if (before?.kind === 'send' && before.forgetAt > now) return repeatOf(step, purpose, before);
  if (isOver(request, now)) return { outcome: 'stale' };
  if (request.onlyRepeat === true) return { outcome: 'new' };

  const known = hasVerified && isTrusted(record, policy, now);
  const named =
    request.resendOf === undefined ? undefined : record.verifications.get(`${purpose}:${request.resendOf}`);
  const live = named !== undefined && isLive(named, now) ? named : undefined;
  if (live !== undefined && policy.resend === 'same') return resend(step, live, idempotencyKey, known);
  return issueNew(step, request, live, known);
}

function issueNew(
  step: Step,
  request: IssueRequest,
  replaced: Verification | undefined,
  known: boolean,
): IssueOutcome {
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
    guessed: false,
    delivery: 'queued',
    newestSendAt: now,
    assessedAt: 0,
  });
  reserve(step, purpose, { sentAt: now, verificationId, idempotencyKey });
  const kind = policy.resend === 'same' ? 'resend' : 'first';
  const resendInMs = refusalOf(record, purpose, policy, now, kind)?.waitMs ?? 0;
  return { outcome: 'issued', sentAt: now, expiresAt, resendInMs, known };
}

function resend(
  step: Step,
  live: Verification,
  idempotencyKey: string | undefined,
  known: boolean,
): IssueOutcome {
  const { record, policy, now } = step;
  const { purpose, id, expiresAt, digest, sealedCode } = live;
  const refusal = refusalOf(record, purpose, policy, now, 'resend');
  if (refusal !== undefined) return { outcome: 'refused', refusal };
  prune(record, policy, now);
  const failedGateway =
    live.delivery === 'undelivered' ? (record.messages.get(keyOf(live))?.gateway ?? '') : '';
  // Sends of one verification are told apart by their times. The delivery stays that of the message before, for a
  // cancel to find it there.
  const sentAt = Math.max(now, live.newestSendAt + 1);
  record.verifications.set(keyOf(live), { ...live, newestSendAt: sentAt });
  reserve(step, purpose, { sentAt, verificationId: id, idempotencyKey });
  const resendInMs = refusalOf(record, purpose, policy, now, 'resend')?.waitMs ?? 0;
  return { outcome: 'resent', sentAt, expiresAt, resendInMs, digest, sealedCode, failedGateway, known };
}

interface Reservation {
  readonly sentAt: number;
  readonly verificationId: string;
  readonly idempotencyKey: string | undefined;
}

/** Takes the cooldown and a place in the quota, and remembers who asked. */
function reserve(
  { record, policy, now }: Step,
  purpose: string,
  { sentAt, verificationId, idempotencyKey: key }: Reservation,
): void {
  const streak = (record.cooldowns.get(purpose)?.streak ?? 0) + 1;
  const cooldownMs = policy.cooldownsMs[Math.min(streak, policy.cooldownsMs.length) - 1] ?? 0;
  record.cooldowns.set(purpose, {
    resendAt: now + cooldownMs,
    lastSendAt: sentAt,
    streak: Math.min(streak, 255),
  });
  record.sends.push(sentAt);
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
    expiresInMs: (found?.expiresAt ?? now) - now,
    resendInMs: refusalOf(record, purpose, policy, now, kind)?.waitMs ?? 0,
  };
}

/** Takes one send back. The rules of cancel.lua. */
export function cancelSend({ record, now }: Step, request: CancelRequest): boolean {
  const { purpose, verificationId, sentAt, kind, idempotencyKey } = request;
  const key = `${purpose}:${verificationId}`;
  const found = record.verifications.get(key);
  if (found?.state !== 'pending') return false;

  const message = record.messages.get(key);
  const followed = found.newestSendAt > sentAt || (message !== undefined && message.sentAt > sentAt);
  if (kind === 'first' && !followed) {
    record.verifications.delete(key);
    record.messages.delete(key);
  } else if (found.newestSendAt === sentAt) {
    record.verifications.set(key, { ...found, newestSendAt: message?.sentAt ?? found.issuedAt });
  }
  const answered = idempotencyKey === undefined ? undefined : record.answered.get(idempotencyKey);
  // What a later request with the same key got is not this one's to forget.
  if (
    idempotencyKey !== undefined &&
    answered?.kind === 'send' &&
    answered.verificationId === verificationId
  ) {
    record.answered.delete(idempotencyKey);
  }
  const reserved = record.sends.indexOf(sentAt);
  if (reserved !== -1) record.sends.splice(reserved, 1);
  const cooldown = record.cooldowns.get(purpose);
  if (cooldown?.lastSendAt === sentAt) {
    if (cooldown.streak > 1) {
      // It was over before the send, or that one had been refused.
      const resendAt = Math.min(sentAt, now);
      record.cooldowns.set(purpose, { resendAt, lastSendAt: 0, streak: cooldown.streak - 1 });
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
  const known = record.verifications.get(key);
  if (known === undefined) return;
  const { assessedAt = 0 } = request;
  const found = assessedAt > 0 ? { ...known, assessedAt } : known;
  record.verifications.set(key, found);
  const taken = takeOver(found, record.messages.get(key), sentAt, gateway);
  if (taken !== undefined) {
    record.verifications.set(key, taken.verification);
    record.messages.set(key, taken.message);
  }
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
  { gateway, state }: DeliveryRequest,
): DeliveryOutcome {
  const key = `${purpose}:${verificationId}`;
  const known = record.verifications.get(key);
  if (known === undefined) return { outcome: 'unchanged' };
  // A report may be faster than the note that the message was sent, and says as much.
  const taken = takeOver(known, record.messages.get(key), sentAt, gateway);
  const verification = taken?.verification ?? known;
  const message = taken?.message ?? record.messages.get(key);
  // A message that arrived stays arrived, and of one that a newer message has replaced no failure matters.
  const settled = verification.delivery === 'delivered' || verification.delivery === state;
  const replaced = message === undefined || message.sentAt > sentAt;
  if (settled || (replaced && state === 'undelivered')) return { outcome: 'unchanged' };

  // Once the code is there, what else is under way is waited for no more.
  const newestSendAt = state === 'delivered' ? (message?.sentAt ?? sentAt) : verification.newestSendAt;
  record.verifications.set(key, { ...verification, delivery: state, newestSendAt });
  if (message !== undefined) record.messages.set(key, message);
  const cooldown = record.cooldowns.get(purpose);
  if (state === 'undelivered' && message?.cooldownSpared === false) {
    if (cooldown?.lastSendAt === sentAt && cooldown.resendAt > now) {
      record.messages.set(key, { ...message, cooldownSpared: true });
      record.cooldowns.set(purpose, { ...cooldown, resendAt: now });
    }
  }
  return { outcome: 'recorded', purpose, verificationId };
}

/** The message of a send that a gateway took, unless it is as new as the one known, or older. */
function takeOver(
  found: Verification,
  known: Message | undefined,
  sentAt: number,
  gateway: string,
): { readonly verification: Verification; readonly message: Message } | undefined {
  if (known !== undefined && known.sentAt >= sentAt) return undefined;
  // An arrival that was reported while this send was under way is news of the same code: it stays.
  const arrived = found.delivery === 'delivered' && found.newestSendAt !== sentAt;
  return {
    verification: arrived ? found : { ...found, delivery: 'sent' },
    message: { sentAt, cooldownSpared: known?.cooldownSpared ?? false, gateway },
  };
}

function keyOf({ purpose, id }: Verification): string {
  return `${purpose}:${id}`;
}
