import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AbuseDefence } from './abuse/abuse-defence';
import { CodeDigester } from './code/keyed-digest';
import { isVerificationId } from './code/verification-code';
import type { DeliveryReport } from './gateway/delivery-report';
import { SmsGateway } from './gateway/sms.gateway';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import { priceOf } from './message/text-measurement';
import type { PhoneNumber } from './phone/phone-number';
import { ProofTokens } from './proof/proof-token';
import { CodeSender } from './sending/code-sender';
import { Delivery } from './sending/delivery';
import { limitsInForce } from './sending/limits-in-force';
import {
  ProofInvalidError,
  VerificationNotFoundError,
  type VerificationError,
} from './sms-verification.errors';
import { SmsVerificationEvents } from './sms-verification.events';
import { RESOLVED_OPTIONS } from './sms-verification.module-definition';
import type { ResolvedSmsVerificationOptions } from './sms-verification.options';
import type {
  PhoneProof,
  RedeemedProof,
  SendRequest,
  SentVerification,
  GuardedRange,
  SendExplanation,
  VerificationStatus,
  VerifyCodeRequest,
} from './sms-verification.results';
import { SmsCodeStorage } from './storage/sms-code.storage';
import { Subjects } from './subjects';
import { traced, type SpanAttributes } from './tracing/traced';
import { CodeVerifier } from './verifying/code-verifier';

/**
 * Proves that a person holds a phone number: `send` brings a code by SMS, `verify` trades the code for a proof,
 * `redeemProof` spends the proof once, where it is acted upon.
 */
@Injectable()
export class SmsVerificationService implements OnApplicationShutdown {
  private readonly subjects: Subjects;
  private readonly delivery: Delivery;
  private readonly sender: CodeSender;
  private readonly verifier: CodeVerifier;
  private readonly defence: AbuseDefence;
  private readonly proofs: ProofTokens;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedSmsVerificationOptions,
    private readonly storage: SmsCodeStorage,
    gateway: SmsGateway,
    private readonly events: SmsVerificationEvents,
  ) {
    const subjects = new Subjects(options);
    const digester = new CodeDigester(options.codeSecret, options.acceptedCodeSecrets);
    // The phone key and not the code secret: a repeat must find its first request also while that one rotates.
    const keys = new IdempotencyKeys(options.phoneKey, storage);
    const proofs = new ProofTokens(options.phoneKey);
    const defence = new AbuseDefence(options.abuse, options.phoneKey, events);
    const delivery = new Delivery({ options, storage, gateway, events, defence });
    const means = { options, storage, events, subjects, digester, keys };
    this.subjects = subjects;
    this.defence = defence;
    this.proofs = proofs;
    this.delivery = delivery;
    this.sender = new CodeSender({ ...means, delivery });
    this.verifier = new CodeVerifier({ ...means, proofs, defence });
  }

  /**
   * Waits for what storage is still being told: `send` does not. In this hook, since requests under way end before it
   * and not before the others; a module that this one was imported after closes its connection later still.
   */
  async onApplicationShutdown(): Promise<void> {
    await this.delivery.settled();
  }

  /**
   * Sends a code: a new one, or with the id of a live verification the same one again. The cooldown and the quota
   * are reserved before the message is handed over, and given back when no gateway accepts it.
   *
   * @throws PurposeUnknownError, CooldownError, QuotaExceededError, IdempotencyConflictError
   * @throws AttemptsExhaustedError while the phone waits because of its failure count
   * @throws PhoneNotSupportedError when the gateway says that this number gets no message; nothing stays reserved
   * @throws GatewayUnavailableError when the message was not accepted; nothing stays reserved
   * @throws StorageUnavailableError
   */
  send(request: SendRequest): Promise<SentVerification> {
    return traced(
      'sms.send',
      () => this.attributesOf(request),
      () => this.sender.send(request),
    );
  }

  /**
   * Trades a code for a proof. Spaces and hyphens in the code are ignored.
   *
   * @throws PurposeUnknownError, InvalidRequestError
   * @throws CodeInvalidError when the code is wrong, expired, used, or was never sent
   * @throws AttemptsExhaustedError when the verification has no attempts left
   * @throws StorageUnavailableError
   */
  verify(request: VerifyCodeRequest): Promise<PhoneProof> {
    return traced(
      'sms.verify',
      () => this.attributesOf(request),
      () => this.verifier.verify(request),
    );
  }

  /**
   * Spends a proof. Of any number of calls with one token exactly one succeeds; a call for another purpose than
   * the proof's fails and spends nothing.
   *
   * @throws PurposeUnknownError
   * @throws ProofInvalidError when the proof is unknown, spent, expired, or for another purpose
   * @throws StorageUnavailableError
   */
  async redeemProof(token: string, { purpose }: { purpose: string }): Promise<RedeemedProof> {
    this.subjects.policyOf(purpose);
    const claim = this.proofs.read(token, purpose);
    if (claim === undefined) throw this.proofRefused(purpose);
    const outcome = await this.storage.redeemProof({
      phone: claim.fingerprint,
      purpose,
      digest: claim.digest,
    });
    if (outcome.outcome === 'unknown') throw this.proofRefused(purpose);

    const { phone } = claim;
    this.events.emit({ type: 'redeemed', phone, purpose });
    return { phone, purpose, verifiedAt: new Date(outcome.verifiedAt) };
  }

  /**
   * Tells the holder of a verification's id how it stands.
   *
   * @throws PurposeUnknownError, StorageUnavailableError
   * @throws VerificationNotFoundError when no such verification is remembered
   */
  async status(request: {
    phone: PhoneNumber;
    purpose: string;
    verificationId: string;
    recognition?: string | undefined;
  }): Promise<VerificationStatus> {
    const { phone, purpose, verificationId, recognition } = request;
    const policy = this.subjects.policyOf(purpose);
    if (!isVerificationId(verificationId)) throw new VerificationNotFoundError();
    for (const subject of this.subjects.inTurn(phone, purpose, recognition)) {
      const outcome = await this.storage.readStatus({ ...subject, verificationId, policy });
      if (outcome.outcome === 'unknown') continue;
      const { state, delivery, attemptsRemaining, expiresInMs, resendInMs } = outcome;
      return { state, delivery, attemptsRemaining, expiresInMs, resendInMs };
    }
    throw new VerificationNotFoundError();
  }

  /**
   * Throws what `send` would throw now, without reserving anything: an early, cheap no. A yes promises nothing,
   * since only `send` itself reserves.
   *
   * @throws PurposeUnknownError, CooldownError, QuotaExceededError, AttemptsExhaustedError, StorageUnavailableError
   */
  async assertSendAllowed({ phone, purpose }: { phone: PhoneNumber; purpose: string }): Promise<void> {
    await this.sender.assertAllowed(phone, purpose);
  }

  /**
   * Notes what a gateway reports of a message. Reports that come late, twice, out of order or for nothing known
   * change nothing.
   *
   * @throws StorageUnavailableError
   */
  async recordDelivery(gateway: string, { messageId, state }: DeliveryReport): Promise<void> {
    const outcome = await this.storage.recordDelivery({ gateway, messageId, state });
    if (outcome.outcome !== 'recorded') return;
    const { purpose, verificationId } = outcome;
    this.events.emit({ type: state, gateway, purpose, verificationId });
  }

  /**
   * Clears the failure count and the cooldown of a phone and purpose: the operator's way out of a lock.
   *
   * @throws PurposeUnknownError, StorageUnavailableError
   */
  async reset({ phone, purpose }: { phone: PhoneNumber; purpose: string }): Promise<void> {
    await this.storage.reset(this.subjects.of(phone, purpose), this.subjects.policyOf(purpose));
  }

  /**
   * Tells what would keep a code from being sent to a number now, and when each limiter opens; changes nothing.
   *
   * @throws PurposeUnknownError, StorageUnavailableError
   */
  async explain({ phone, purpose }: { phone: PhoneNumber; purpose: string }): Promise<SendExplanation> {
    const policy = this.subjects.policyOf(purpose);
    const [{ refusal, limits, known, ttlMs }, abuse] = await Promise.all([
      limitsInForce(this.storage, this.subjects.of(phone, purpose), policy),
      this.defence.explain(phone),
    ]);
    return { refusal, limits, known, codeExpiresInMs: ttlMs, ...abuse };
  }

  /**
   * Refuses by hand, for a while, all sends to the range that a number lies in.
   *
   * @throws StorageUnavailableError
   */
  async block(range: GuardedRange, durationMs: number): Promise<void> {
    await this.defence.block(range.phone, range.level, durationMs);
  }

  /**
   * Ends any refusal of a range and keeps it open for a while, whatever its numbers do.
   *
   * @throws StorageUnavailableError
   */
  async unblock(range: GuardedRange, durationMs: number): Promise<void> {
    await this.defence.unblock(range.phone, range.level, durationMs);
  }

  /** What one message costs, at most, in words: `1 segment (ar, de, en), 2 segments (hi)`. */
  messagePrice(): string {
    const { texts, policies, codeLength } = this.options;
    return priceOf(texts.measure(policies, codeLength));
  }

  /** Resolves when the storage answers and takes writes; throws StorageUnavailableError otherwise. */
  async ping(): Promise<void> {
    await this.storage.ping();
  }

  /** What a span may say of a request. A purpose is anybody's text until it is one of those there are. */
  private attributesOf({ phone, purpose }: { phone: PhoneNumber; purpose: string }): SpanAttributes {
    const known = this.options.policies.has(purpose);
    return { 'sms.country': phone.country, 'sms.purpose': known ? purpose : 'unknown' };
  }

  private proofRefused(purpose: string): VerificationError {
    this.events.emit({ type: 'proof_refused', purpose });
    return new ProofInvalidError();
  }
}
