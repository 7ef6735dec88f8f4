import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { AbuseDefence } from './abuse/abuse-defence';
import { CodeDigester } from './code/keyed-digest';
import { isVerificationId } from './code/verification-code';
import type { DeliveryReport } from './gateway/delivery-report';
import { SmsGateway } from './gateway/sms.gateway';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import { priceOf } from './message/text-measurement';
import type { PhoneNumber } from './phone/phone-number';
import { drawProof, ProofTokens } from './proof/proof-token';
import { RECOGNITION_MS } from './recognition/recognition-token';
import { CodeSender } from './sending/code-sender';
import { Delivery } from './sending/delivery';
import { limitsInForce } from './sending/limits-in-force';
import {
  AttemptsExhaustedError,
  CodeInvalidError,
  InvalidRequestError,
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
import { SmsCodeStorage, type Subject, type VerifyOutcome } from './storage/sms-code.storage';
import { Subjects } from './subjects';
import type { VerificationPolicy } from './verification-policy';

/**
 * Proves that a person holds a phone number: `send` brings a code by SMS, `verify` trades the code for a proof,
 * `redeemProof` spends the proof once, where it is acted upon.
 */
@Injectable()
export class SmsVerificationService implements OnApplicationShutdown {
  private readonly logger = new Logger(SmsVerificationService.name);
  private readonly subjects: Subjects;
  private readonly digester: CodeDigester;
  private readonly keys: IdempotencyKeys;
  private readonly delivery: Delivery;
  private readonly sender: CodeSender;
  private readonly defence: AbuseDefence;
  private readonly proofs: ProofTokens;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedSmsVerificationOptions,
    private readonly storage: SmsCodeStorage,
    gateway: SmsGateway,
    private readonly events: SmsVerificationEvents,
  ) {
    this.subjects = new Subjects(options);
    this.digester = new CodeDigester(options.codeSecret, options.acceptedCodeSecrets);
    // The phone key and not the code secret: a repeat must find its first request also while that one rotates.
    this.keys = new IdempotencyKeys(options.phoneKey, storage);
    this.proofs = new ProofTokens(options.phoneKey);
    const { subjects, digester, keys } = this;
    this.defence = new AbuseDefence(options.abuse, options.phoneKey, events);
    this.delivery = new Delivery({ options, storage, gateway, events, defence: this.defence });
    const { delivery } = this;
    this.sender = new CodeSender({ options, storage, events, subjects, digester, keys, delivery });
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
    return this.sender.send(request);
  }

  /**
   * Trades a code for a proof. Spaces and hyphens in the code are ignored.
   *
   * @throws PurposeUnknownError, InvalidRequestError
   * @throws CodeInvalidError when the code is wrong, expired, used, or was never sent
   * @throws AttemptsExhaustedError when the verification has no attempts left
   * @throws StorageUnavailableError
   */
  async verify(request: VerifyCodeRequest): Promise<PhoneProof> {
    const { phone, purpose, verificationId } = request;
    const policy = this.subjects.policyOf(purpose);
    const turns = this.subjects.inTurnWithRepeats(phone, purpose, request);
    // The last one is what everybody shares.
    const subject: Subject = turns.at(-1) ?? turns[0];
    const code = readCode(request.code);
    if (verificationId === undefined && this.options.binding === 'required') {
      throw new InvalidRequestError([{ field: 'verificationId', message: 'is required: send returned it' }]);
    }
    if (verificationId !== undefined && !isVerificationId(verificationId)) {
      throw this.failed(phone, purpose, { outcome: 'unknown' });
    }

    const { recognition = '' } = request;
    const parts = ['verify', subject.phone, purpose, verificationId ?? '', recognition, code];
    const idempotencyKey = await this.keys.claim(request.idempotencyKey, parts, policy);
    const secret =
      request.idempotencyKey === undefined ? undefined : this.keys.proofSecret(request.idempotencyKey, parts);
    for (const { deviceId, ...own } of turns) {
      const candidates = this.digester.candidates(code, { fingerprint: own.phone, purpose });
      const proof = drawProof(secret);
      const guess = { verificationId, candidates, proofDigest: proof.digest, idempotencyKey };
      const outcome = await this.storage.verifyAndRemove({ ...own, ...guess, policy });
      if (outcome.outcome === 'new') continue;
      // The code may have been sent before the device was recognised, or after its token had ended.
      if (deviceId !== undefined && (outcome.outcome === 'unknown' || outcome.outcome === 'stale')) continue;
      if (outcome.outcome !== 'verified') throw this.failed(phone, purpose, outcome);
      // A device's success is one of its number: of the storage the device's own key alone knows that yet.
      if (deviceId !== undefined && !outcome.repeated) await this.noteKnown(subject);
      const { digest } = proof;
      const token = this.proofs.write(proof, own.phone, phone, purpose);
      return this.verified(request, subject, { token, digest }, outcome, policy);
    }
    throw this.failed(phone, purpose, { outcome: 'unknown' });
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

  private async verified(
    { phone, purpose, recognition }: VerifyCodeRequest,
    subject: Subject,
    proof: { readonly token: string; readonly digest: string },
    outcome: Verified,
    policy: VerificationPolicy,
  ): Promise<PhoneProof> {
    const { failuresBefore, verifiedAt, proofExpiresInMs, repeated, assessedAt } = outcome;
    if (!repeated) {
      this.events.emit({ type: 'verified', phone, purpose, failuresBefore });
      if (assessedAt > 0) await this.defence.recordVerified(phone, assessedAt);
    }
    const { tokens } = this.subjects;
    const recognised = recognition === undefined ? undefined : tokens.read(recognition, subject.phone);
    const deviceId = recognised?.deviceId ?? tokens.deviceIdFor(proof.digest);
    return {
      token: proof.token,
      expiresInMs: proofExpiresInMs,
      phone,
      purpose,
      verifiedAt: new Date(verifiedAt),
      recognition: {
        token: tokens.sign(subject.phone, { deviceId, notAfter: verifiedAt + RECOGNITION_MS }),
        expiresInMs: RECOGNITION_MS - (policy.proofLifetimeMs - proofExpiresInMs),
      },
    };
  }

  /** Its failure is no failure of the verify: the code is spent by then. */
  private async noteKnown({ phone }: Subject): Promise<void> {
    await this.storage.recordKnown(phone).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn(`a number is not noted as one that has verified: ${reason}`);
    });
  }

  private proofRefused(purpose: string): VerificationError {
    this.events.emit({ type: 'proof_refused', purpose });
    return new ProofInvalidError();
  }

  private failed(
    phone: PhoneNumber,
    purpose: string,
    outcome: Exclude<VerifyOutcome, { outcome: 'verified' | 'new' }>,
  ): VerificationError {
    switch (outcome.outcome) {
      case 'unknown':
      case 'stale':
        this.events.emit({ type: 'failed', reason: 'unknown', phone, purpose });
        return new CodeInvalidError();
      case 'exhausted':
        this.events.emit({ type: 'failed', reason: 'exhausted', phone, purpose });
        return new AttemptsExhaustedError(outcome.retryInMs);
      case 'wrong': {
        const { attemptsRemaining, failures } = outcome;
        if (outcome.repeated) return new CodeInvalidError(attemptsRemaining);
        this.events.emit({ type: 'failed', reason: 'wrong', phone, purpose, failures });
        if (attemptsRemaining === 0) this.events.emit({ type: 'locked', phone, purpose, failures });
        return new CodeInvalidError(attemptsRemaining);
      }
    }
  }
}

type Verified = Extract<VerifyOutcome, { outcome: 'verified' }>;

/** Codes as people paste them: digits, with spaces or hyphens between. */
function readCode(typed: string): string {
  const code = typed.replace(/[ -]/g, '');
  if (!/^[0-9]{6,10}$/.test(code)) {
    throw new InvalidRequestError([{ field: 'code', message: 'must be the digits of the message' }]);
  }
  return code;
}
