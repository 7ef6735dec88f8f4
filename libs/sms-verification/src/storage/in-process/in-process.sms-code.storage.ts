import {
  SmsCodeStorage,
  type CooldownState,
  type IssueOutcome,
  type IssueRequest,
  type ProofReference,
  type RedeemOutcome,
  type StatusOutcome,
  type Subject,
  type VerificationReference,
  type VerificationState,
  type VerifyOutcome,
  type VerifyRequest,
} from '../sms-code.storage';
import type { VerificationPolicy } from '../../verification-policy';
import { ExpiringMap } from './expiring-map';
import {
  attemptsGranted,
  emptyRecord,
  liveOf,
  prune,
  refusalOf,
  retainUntil,
  type PhoneRecord,
  type Verification,
} from './phone-record';

interface Proof {
  readonly verifiedAt: number;
  readonly sealedPhone: string;
}

/**
 * Keeps everything in this process's memory: nothing to install, good for one process, forgotten when it ends.
 *
 * Atomic because no method awaits between its first look and its last write. It is also the executable
 * specification: RedisSmsCodeStorage must answer the same to the same calls.
 */
export class InProcessSmsCodeStorage extends SmsCodeStorage {
  private readonly records: ExpiringMap<PhoneRecord>;
  private readonly proofs: ExpiringMap<Proof>;

  /** @param now milliseconds since 1970; a test may bring a clock of its own */
  constructor(private readonly now: () => number = Date.now) {
    super();
    this.records = new ExpiringMap(now);
    this.proofs = new ExpiringMap(now);
  }

  override issue({ phone, purpose, verificationId, digest, policy }: IssueRequest): Promise<IssueOutcome> {
    const now = this.now();
    const record = this.recordOf(phone);
    const refusal = refusalOf(record, purpose, policy, now);
    if (refusal !== undefined) return Promise.resolve({ outcome: 'refused', refusal });

    prune(record, policy, now);
    const attemptsLeft = attemptsGranted(record, purpose, policy, now);
    const expiresAt = now + policy.lifetimeMs;
    const streak = (record.cooldowns.get(purpose)?.streak ?? 0) + 1;
    const cooldownMs = policy.cooldownsMs[Math.min(streak, policy.cooldownsMs.length) - 1] ?? 0;
    record.sends.push(now);
    record.cooldowns.set(purpose, {
      resendAt: now + cooldownMs,
      lastSendAt: now,
      streak: Math.min(streak, 255),
    });
    record.verifications.set(`${purpose}:${verificationId}`, {
      purpose,
      id: verificationId,
      issuedAt: now,
      expiresAt,
      state: 'pending',
      attemptsLeft,
      digest,
    });
    this.keep(phone, record, policy);
    const resendInMs = refusalOf(record, purpose, policy, now)?.waitMs ?? 0;
    return Promise.resolve({ outcome: 'issued', issuedAt: now, expiresAt, resendInMs });
  }

  override verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome> {
    const { phone, purpose, candidates, proof, policy } = request;
    const now = this.now();
    const record = this.recordOf(phone);
    const found = this.findPending(record, request, now);
    if (found === undefined) return Promise.resolve({ outcome: 'unknown' });
    if (found.attemptsLeft === 0) {
      const retryInMs = refusalOf(record, purpose, policy, now)?.waitMs ?? 0;
      return Promise.resolve({ outcome: 'exhausted', retryInMs });
    }

    const failuresBefore = record.failures.get(purpose)?.count ?? 0;
    if (!candidates.some((candidate) => candidate === found.digest)) {
      const failures = failuresBefore + 1;
      const attemptsRemaining = found.attemptsLeft - 1;
      record.verifications.set(`${purpose}:${found.id}`, { ...found, attemptsLeft: attemptsRemaining });
      record.failures.set(purpose, { count: failures, lastFailedAt: now });
      this.keep(phone, record, policy);
      return Promise.resolve({ outcome: 'wrong', attemptsRemaining, failures });
    }

    record.verifications.set(`${purpose}:${found.id}`, { ...found, state: 'verified', digest: '' });
    record.cooldowns.delete(purpose);
    record.failures.delete(purpose);
    this.keep(phone, record, policy);
    this.proofs.set(
      proofKey({ phone, purpose, digest: proof.digest }),
      { verifiedAt: now, sealedPhone: proof.sealedPhone },
      now + policy.proofLifetimeMs,
    );
    return Promise.resolve({ outcome: 'verified', verifiedAt: now, failuresBefore });
  }

  override checkExistsAndGetTtl(
    { phone, purpose }: Subject,
    policy: VerificationPolicy,
  ): Promise<CooldownState> {
    const now = this.now();
    const record = this.recordOf(phone);
    const longestLived = liveOf(record, purpose, now).at(-1);
    const refusal = refusalOf(record, purpose, policy, now);
    return Promise.resolve({
      exists: longestLived !== undefined,
      ttlMs: longestLived === undefined ? 0 : longestLived.expiresAt - now,
      resendInMs: refusal?.waitMs ?? 0,
      refusal,
    });
  }

  override cancel({ phone, purpose, verificationId, policy }: VerificationReference): Promise<boolean> {
    const record = this.recordOf(phone);
    const key = `${purpose}:${verificationId}`;
    const found = record.verifications.get(key);
    if (found?.state !== 'pending') return Promise.resolve(false);

    record.verifications.delete(key);
    const reserved = record.sends.indexOf(found.issuedAt);
    if (reserved !== -1) record.sends.splice(reserved, 1);
    const cooldown = record.cooldowns.get(purpose);
    if (cooldown?.lastSendAt === found.issuedAt) {
      const { issuedAt } = found;
      if (cooldown.streak > 1) {
        record.cooldowns.set(purpose, { resendAt: issuedAt, lastSendAt: 0, streak: cooldown.streak - 1 });
      } else {
        record.cooldowns.delete(purpose);
      }
    }
    this.keep(phone, record, policy);
    return Promise.resolve(true);
  }

  override readStatus({
    phone,
    purpose,
    verificationId,
    policy,
  }: VerificationReference): Promise<StatusOutcome> {
    const now = this.now();
    const record = this.recordOf(phone);
    const found = record.verifications.get(`${purpose}:${verificationId}`);
    if (found === undefined || found.expiresAt + policy.rememberMs <= now) {
      return Promise.resolve({ outcome: 'unknown' });
    }
    return Promise.resolve({
      outcome: 'found',
      state: stateOf(found, now),
      attemptsRemaining: found.attemptsLeft,
      expiresInMs: Math.max(0, found.expiresAt - now),
      resendInMs: refusalOf(record, purpose, policy, now)?.waitMs ?? 0,
    });
  }

  override redeemProof(reference: ProofReference): Promise<RedeemOutcome> {
    const key = proofKey(reference);
    const proof = this.proofs.get(key);
    this.proofs.delete(key);
    return Promise.resolve(proof === undefined ? { outcome: 'unknown' } : { outcome: 'redeemed', ...proof });
  }

  override reset({ phone, purpose }: Subject, policy: VerificationPolicy): Promise<void> {
    const record = this.recordOf(phone);
    record.failures.delete(purpose);
    record.cooldowns.delete(purpose);
    this.keep(phone, record, policy);
    return Promise.resolve();
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  private recordOf(phone: string): PhoneRecord {
    return this.records.get(phone) ?? emptyRecord();
  }

  private keep(phone: string, record: PhoneRecord, policy: VerificationPolicy): void {
    const until = retainUntil(record, policy);
    if (until <= this.now()) this.records.delete(phone);
    else this.records.set(phone, record, until);
  }

  private findPending(record: PhoneRecord, request: VerifyRequest, now: number): Verification | undefined {
    const pending = [...record.verifications.values()].filter(
      ({ purpose, state, expiresAt }) =>
        purpose === request.purpose && state === 'pending' && expiresAt > now,
    );
    if (request.verificationId !== undefined) return pending.find(({ id }) => id === request.verificationId);
    return pending.sort((first, second) => second.issuedAt - first.issuedAt)[0];
  }
}

function proofKey({ phone, purpose, digest }: ProofReference): string {
  return `${phone}:${purpose}:${digest}`;
}

function stateOf(verification: Verification, now: number): VerificationState {
  if (verification.state === 'verified') return 'verified';
  if (verification.expiresAt <= now) return 'expired';
  return verification.attemptsLeft === 0 ? 'locked' : 'pending';
}
