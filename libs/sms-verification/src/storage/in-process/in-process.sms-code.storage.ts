import type { PhoneFingerprint } from '../../phone/phone-fingerprint';
import type { VerificationPolicy } from '../../verification-policy';
import {
  SmsCodeStorage,
  type CancelRequest,
  type CooldownState,
  type DeliveryOutcome,
  type DeliveryRequest,
  type IssueOutcome,
  type IssueRequest,
  type ProofReference,
  type RedeemOutcome,
  type SentRequest,
  type StatusOutcome,
  type Subject,
  type VerificationReference,
  type VerifyOutcome,
  type VerifyRequest,
} from '../sms-code.storage';
import { ExpiringMap } from './expiring-map';
import { cancelSend, issue, recordDelivery, recordSent, type Step } from './sends';
import {
  deliveryOf,
  emptyRecord,
  isLive,
  isTrusted,
  liveOf,
  refusalOf,
  retainUntil,
  stateOf,
  type PhoneRecord,
} from './phone-record';
import { verify } from './verify';

interface Proof {
  readonly verifiedAt: number;
}

/** Whose message a gateway's report is about; or a report that came before anyone said whose. */
type MessageOwner =
  | { readonly reference: VerificationReference; readonly sentAt: number }
  | { readonly early: DeliveryRequest['state'] };

/** How long a message's reports are expected, and how long one that comes too early waits to be claimed. */
const MESSAGE_MEMORY_MS = 3_600_000;
const EARLY_REPORT_MS = 60_000;
/** How long a phone that has verified counts as one. */
const KNOWN_MS = 90 * 24 * 3_600_000;

/**
 * Keeps everything in this process's memory: nothing to install, good for one process, forgotten when it ends.
 *
 * Atomic because no method awaits between its first look and its last write. It is also the executable
 * specification: RedisSmsCodeStorage must answer the same to the same calls.
 */
export class InProcessSmsCodeStorage extends SmsCodeStorage {
  private readonly records: ExpiringMap<PhoneRecord>;
  private readonly proofs: ExpiringMap<Proof>;
  private readonly messages: ExpiringMap<MessageOwner>;
  private readonly claims: ExpiringMap<string>;
  /** Phones that have verified. */
  private readonly known: ExpiringMap<true>;

  /** @param now milliseconds since 1970; a test may bring a clock of its own */
  constructor(private readonly now: () => number = Date.now) {
    super();
    this.records = new ExpiringMap(now);
    this.proofs = new ExpiringMap(now);
    this.messages = new ExpiringMap(now);
    this.claims = new ExpiringMap(now);
    this.known = new ExpiringMap(now);
  }

  override issue(request: IssueRequest): Promise<IssueOutcome> {
    // A request that rests on a token comes from a device that has verified.
    const hasVerified = request.notAfter !== undefined || this.hasVerified(request.phone);
    return Promise.resolve(this.change(request, (step) => issue(step, request, hasVerified)));
  }

  override verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome> {
    const { phone, purpose, proofDigest, policy } = request;
    const key = proofKey({ phone, purpose, digest: proofDigest });
    const proofStands = this.proofs.get(key) !== undefined;
    const outcome = this.change(request, (step) => verify(step, request, proofStands));
    if (outcome.outcome === 'verified' && !outcome.repeated) {
      const { verifiedAt } = outcome;
      this.proofs.set(key, { verifiedAt }, verifiedAt + policy.proofLifetimeMs);
      this.noteKnown(phone);
    }
    return Promise.resolve(outcome);
  }

  override recordKnown(phone: PhoneFingerprint): Promise<void> {
    this.noteKnown(phone);
    return Promise.resolve();
  }

  override checkExistsAndGetTtl(
    { phone, purpose }: Subject,
    policy: VerificationPolicy,
  ): Promise<CooldownState> {
    const now = this.now();
    const record = this.recordOf(phone);
    const longestLived = liveOf(record, purpose, now).at(-1);
    const refusal = refusalOf(record, purpose, policy, now, 'first');
    return Promise.resolve({
      exists: longestLived !== undefined,
      ttlMs: longestLived === undefined ? 0 : longestLived.expiresAt - now,
      resendInMs: refusal?.waitMs ?? 0,
      known: this.hasVerified(phone) && isTrusted(record, policy, now),
      refusal,
    });
  }

  override cancel(request: CancelRequest): Promise<boolean> {
    return Promise.resolve(this.change(request, (step) => cancelSend(step, request)));
  }

  override recordSent(request: SentRequest): Promise<void> {
    const { phone, purpose, verificationId, policy, sentAt, gateway, messageId } = request;
    this.change(request, (step) => {
      recordSent(step, request);
    });
    const key = `${gateway}:${messageId}`;
    const known = this.messages.get(key);
    const reference = { phone, purpose, verificationId, policy };
    this.messages.set(key, { reference, sentAt }, this.now() + MESSAGE_MEMORY_MS);
    if (known !== undefined && 'early' in known) {
      this.report(reference, sentAt, { gateway, messageId, state: known.early });
    }
    return Promise.resolve();
  }

  override recordDelivery(request: DeliveryRequest): Promise<DeliveryOutcome> {
    const key = `${request.gateway}:${request.messageId}`;
    const owner = this.messages.get(key);
    if (owner !== undefined && 'reference' in owner) {
      return Promise.resolve(this.report(owner.reference, owner.sentAt, request));
    }
    if (owner === undefined || request.state === 'delivered') {
      this.messages.set(key, { early: request.state }, this.now() + EARLY_REPORT_MS);
    }
    return Promise.resolve({ outcome: 'unknown' });
  }

  override claimIdempotencyKey(key: string, request: string, ttlMs: number): Promise<boolean> {
    const bound = this.claims.get(key);
    if (bound !== undefined && bound !== request) return Promise.resolve(false);
    this.claims.set(key, request, this.now() + ttlMs);
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
    const kind = policy.resend === 'same' && isLive(found, now) ? 'resend' : 'first';
    return Promise.resolve({
      outcome: 'found',
      state: stateOf(found, now),
      delivery: deliveryOf(found, record.messages.get(`${purpose}:${verificationId}`)),
      attemptsRemaining: found.attemptsLeft,
      expiresInMs: Math.max(0, found.expiresAt - now),
      resendInMs: refusalOf(record, purpose, policy, now, kind)?.waitMs ?? 0,
    });
  }

  override redeemProof(reference: ProofReference): Promise<RedeemOutcome> {
    const key = proofKey(reference);
    const proof = this.proofs.get(key);
    this.proofs.delete(key);
    return Promise.resolve(proof === undefined ? { outcome: 'unknown' } : { outcome: 'redeemed', ...proof });
  }

  override reset({ phone, purpose }: Subject, policy: VerificationPolicy): Promise<void> {
    this.change({ phone, policy }, ({ record }) => {
      record.failures.delete(purpose);
      record.cooldowns.delete(purpose);
    });
    return Promise.resolve();
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  private report(
    reference: VerificationReference,
    sentAt: number,
    request: DeliveryRequest,
  ): DeliveryOutcome {
    return this.change(reference, (step) => recordDelivery(step, reference, sentAt, request));
  }

  private hasVerified(phone: PhoneFingerprint): boolean {
    return this.known.get(phone) !== undefined;
  }

  private noteKnown(phone: PhoneFingerprint): void {
    this.known.set(phone, true, this.now() + KNOWN_MS);
  }

  private recordOf(phone: string): PhoneRecord {
    return this.records.get(phone) ?? emptyRecord();
  }

  /** One atomic step on a phone's record: look, decide, write, and keep it as long as it means anything. */
  private change<Result>(
    { phone, policy }: { readonly phone: string; readonly policy: VerificationPolicy },
    step: (step: Step) => Result,
  ): Result {
    const now = this.now();
    const record = this.recordOf(phone);
    const result = step({ record, policy, now });
    const until = retainUntil(record, policy);
    if (until <= now) this.records.delete(phone);
    else this.records.set(phone, record, until);
    return result;
  }
}

function proofKey({ phone, purpose, digest }: ProofReference): string {
  return `${phone}:${purpose}:${digest}`;
}
