import { Inject, Injectable, Logger } from '@nestjs/common';
import { CodeDigester } from './code/keyed-digest';
import { drawCode, drawVerificationId, isVerificationId } from './code/verification-code';
import type { DeliveryReport } from './gateway/delivery-report';
import { DestinationInvalidError } from './gateway/gateway-errors';
import { failureReason } from './gateway/failure-reason';
import { handOver } from './gateway/hand-over';
import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import type { MessageFormat } from './message/message-format';
import { priceList } from './message/text-measurement';
import { PhoneFingerprinter } from './phone/phone-fingerprint';
import type { PhoneNumber } from './phone/phone-number';
import { mintProof, readProofToken } from './proof/proof-token';
import {
  AttemptsExhaustedError,
  CodeInvalidError,
  CooldownError,
  GatewayUnavailableError,
  IdempotencyConflictError,
  InvalidRequestError,
  PhoneNotSupportedError,
  ProofInvalidError,
  PurposeUnknownError,
  QuotaExceededError,
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
  VerificationStatus,
  VerifyCodeRequest,
} from './sms-verification.results';
import {
  SmsCodeStorage,
  type CancelRequest,
  type SendRefusal,
  type Subject,
  type VerifyOutcome,
} from './storage/sms-code.storage';
import type { VerificationPolicy } from './verification-policy';

/**
 * Proves that a person holds a phone number: `send` brings a code by SMS, `verify` trades the code for a proof,
 * `redeemProof` spends the proof once, where it is acted upon.
 */
@Injectable()
export class SmsVerificationService {
  private readonly fingerprinter: PhoneFingerprinter;
  private readonly digester: CodeDigester;
  private readonly keys: IdempotencyKeys;
  private readonly logger = new Logger(SmsVerificationService.name);

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedSmsVerificationOptions,
    private readonly storage: SmsCodeStorage,
    private readonly gateway: SmsGateway,
    private readonly events: SmsVerificationEvents,
  ) {
    this.fingerprinter = new PhoneFingerprinter(options.phoneKey);
    this.digester = new CodeDigester(options.codeSecret, options.acceptedCodeSecrets);
    // The phone key and not the code secret: a repeat must find its first request also while that one rotates.
    this.keys = new IdempotencyKeys(options.phoneKey);
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
  async send(request: SendRequest): Promise<SentVerification> {
    const { phone, purpose, verificationId: resendOf } = request;
    const policy = this.policyOf(purpose);
    const subject = this.subjectOf(phone, purpose);
    const wording = this.wordingFor(request);
    const parts = ['send', subject.phone, purpose, resendOf ?? '', JSON.stringify(wording)];
    const idempotencyKey = await this.claim(request.idempotencyKey, parts, policy);

    const verificationId = drawVerificationId();
    const code = drawCode(this.options.codeLength);
    const digest = this.digester.digest(code, { fingerprint: subject.phone, purpose });
    const sealedCode = this.digester.seal(code, verificationId);
    const ids = { verificationId, resendOf, idempotencyKey };
    const outcome = await this.storage.issue({ ...subject, ...ids, digest, sealedCode, policy });

    const reference = { ...subject, policy, idempotencyKey };
    switch (outcome.outcome) {
      case 'refused':
        throw this.refused(phone, purpose, outcome.refusal);
      case 'running':
        throw new IdempotencyConflictError(outcome.waitMs);
      case 'repeated': {
        const now = outcome.expiresAt - outcome.expiresInMs;
        return sent(request, outcome.verificationId, now, outcome);
      }
      case 'issued': {
        const send = { ...reference, verificationId, sentAt: outcome.sentAt, kind: 'first' } as const;
        await this.deliver(phone, send, { ...wording, code, lifetimeMs: policy.lifetimeMs });
        return sent(request, verificationId, outcome.sentAt, outcome);
      }
      case 'resent': {
        // The script resends what was named, and nothing else.
        const id = resendOf ?? '';
        const send = { ...reference, verificationId: id, sentAt: outcome.sentAt, kind: 'resend' } as const;
        const again = this.digester.reopen(outcome.digest, outcome.sealedCode, id, {
          fingerprint: subject.phone,
          purpose,
        });
        if (again === undefined) {
          // Sealed with a secret that is accepted no more: verify would refuse the code too.
          await this.storage.cancel(send);
          throw new VerificationNotFoundError();
        }
        const { failedGateway } = outcome;
        await this.deliver(phone, send, {
          ...wording,
          code: again,
          lifetimeMs: roughly(outcome.expiresAt - outcome.sentAt),
          failedGateway,
        });
        return sent(request, id, outcome.sentAt, outcome);
      }
    }
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
    const policy = this.policyOf(purpose);
    const subject = this.subjectOf(phone, purpose);
    const code = readCode(request.code);
    if (verificationId === undefined && this.options.binding === 'required') {
      throw new InvalidRequestError([{ field: 'verificationId', message: 'is required: send returned it' }]);
    }
    if (verificationId !== undefined && !isVerificationId(verificationId)) {
      throw this.failed(phone, purpose, { outcome: 'unknown' });
    }

    const parts = ['verify', subject.phone, purpose, verificationId ?? '', code];
    const idempotencyKey = await this.claim(request.idempotencyKey, parts, policy);
    const candidates = this.digester.candidates(code, { fingerprint: subject.phone, purpose });
    const secret =
      request.idempotencyKey === undefined ? undefined : this.keys.proofSecret(request.idempotencyKey, parts);
    const proof = mintProof(subject.phone, phone, purpose, secret);
    const guess = { verificationId, candidates, proof, idempotencyKey };
    const outcome = await this.storage.verifyAndRemove({ ...subject, ...guess, policy });
    if (outcome.outcome !== 'verified') throw this.failed(phone, purpose, outcome);

    const { failuresBefore, verifiedAt, proofExpiresInMs, repeated } = outcome;
    if (!repeated) this.events.emit({ type: 'verified', phone, purpose, failuresBefore });
    return {
      token: proof.token,
      expiresInMs: proofExpiresInMs,
      phone,
      purpose,
      verifiedAt: new Date(verifiedAt),
    };
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
    this.policyOf(purpose);
    const claim = readProofToken(token);
    if (claim === undefined) throw this.proofRefused(purpose);
    const outcome = await this.storage.redeemProof({
      phone: claim.fingerprint,
      purpose,
      digest: claim.digest,
    });
    if (outcome.outcome === 'unknown') throw this.proofRefused(purpose);
    const phone = claim.unseal(outcome.sealedPhone, purpose);
    if (phone === undefined) throw this.proofRefused(purpose);

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
  }): Promise<VerificationStatus> {
    const { phone, purpose, verificationId } = request;
    const policy = this.policyOf(purpose);
    if (!isVerificationId(verificationId)) throw new VerificationNotFoundError();
    const subject = this.subjectOf(phone, purpose);
    const outcome = await this.storage.readStatus({ ...subject, verificationId, policy });
    if (outcome.outcome === 'unknown') throw new VerificationNotFoundError();
    const { state, delivery, attemptsRemaining, expiresInMs, resendInMs } = outcome;
    return { state, delivery, attemptsRemaining, expiresInMs, resendInMs };
  }

  /**
   * Throws what `send` would throw now, without reserving anything: an early, cheap no. A yes promises nothing,
   * since only `send` itself reserves.
   *
   * @throws PurposeUnknownError, CooldownError, QuotaExceededError, AttemptsExhaustedError, StorageUnavailableError
   */
  async assertSendAllowed({ phone, purpose }: { phone: PhoneNumber; purpose: string }): Promise<void> {
    const policy = this.policyOf(purpose);
    const { refusal } = await this.storage.checkExistsAndGetTtl(this.subjectOf(phone, purpose), policy);
    if (refusal !== undefined) throw this.refused(phone, purpose, refusal);
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
    await this.storage.reset(this.subjectOf(phone, purpose), this.policyOf(purpose));
  }

  /** What a message costs in segments, a line for each locale. */
  messagePrices(): readonly string[] {
    const { texts, policies, codeLength } = this.options;
    return priceList(texts.measure(policies, codeLength));
  }

  /** Resolves when the storage answers; throws StorageUnavailableError otherwise. */
  async ping(): Promise<void> {
    await this.storage.ping();
  }

  private policyOf(purpose: string): VerificationPolicy {
    const policy = this.options.policies.get(purpose);
    if (policy === undefined) throw new PurposeUnknownError();
    return policy;
  }

  private subjectOf(phone: PhoneNumber, purpose: string): Subject {
    return { phone: this.fingerprinter.of(phone), purpose };
  }

  private wordingFor({ locale, acceptLanguage, format: choice }: SendRequest): Wording {
    const { texts } = this.options;
    const format = texts.chooseFormat(choice ?? { kind: 'plain' });
    if (format === undefined) {
      throw new InvalidRequestError([
        { field: 'format', message: 'is not one that this service is set up for' },
      ]);
    }
    return { locale: texts.chooseLocale({ locale, acceptLanguage }), format };
  }

  /** Binds a client's idempotency key to its request, and returns what storage knows the key by. */
  private async claim(
    clientKey: string | undefined,
    parts: readonly string[],
    policy: VerificationPolicy,
  ): Promise<string | undefined> {
    if (clientKey === undefined) return undefined;
    const { key, request } = this.keys.digest(clientKey, parts);
    if (await this.storage.claimIdempotencyKey(key, request, policy.idempotencyMs)) return key;
    throw new IdempotencyConflictError();
  }

  /** Hands a reserved message over, and takes the reservation back when no gateway accepts it (rule R6). */
  private async deliver(
    phone: PhoneNumber,
    send: CancelRequest,
    { failedGateway, ...words }: Wording & { code: string; lifetimeMs: number; failedGateway?: string },
  ): Promise<void> {
    const { purpose, verificationId, kind } = send;
    const { code } = words;
    const { text } = this.options.texts.render({ ...words, purpose });
    const avoided = failedGateway === undefined || failedGateway === '' ? {} : { failedGateway };
    const message: SmsMessage = { phone, purpose, verificationId, code, text, ...avoided };
    let receipt: SmsReceipt;
    try {
      receipt = await handOver(this.gateway, message, this.options.gatewayTimeoutMs);
    } catch (failure) {
      const reason = failureReason(failure);
      try {
        await this.storage.cancel(send);
      } finally {
        // Also when nothing could be taken back: the caller then hears of the storage, and nobody of the gateway.
        this.events.emit({ type: 'send_failed', phone, purpose, verificationId, reason });
      }
      if (failure instanceof DestinationInvalidError) throw new PhoneNotSupportedError();
      throw new GatewayUnavailableError({ cause: new Error(reason) });
    }
    const { gateway = 'default', messageId } = receipt;
    this.events.emit({
      type: 'sent',
      phone,
      purpose,
      verificationId,
      gateway,
      messageId,
      resend: kind === 'resend',
    });
    // The message is on its way whatever becomes of this note; without it, its delivery stays unknown.
    await this.storage.recordSent({ ...send, gateway, messageId }).catch((error: unknown) => {
      this.logger.warn(
        `a message was sent, but not recorded: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    });
  }

  private refused(phone: PhoneNumber, purpose: string, refusal: SendRefusal): VerificationError {
    const { reason, waitMs } = refusal;
    this.events.emit({ type: 'blocked', phone, purpose, reason, waitMs });
    switch (reason) {
      case 'cooldown':
        return new CooldownError(waitMs);
      case 'quota':
        return new QuotaExceededError(waitMs, refusal.limit, refusal.windowMs);
      case 'failures':
        return new AttemptsExhaustedError(waitMs);
    }
  }

  private proofRefused(purpose: string): VerificationError {
    this.events.emit({ type: 'proof_refused', purpose });
    return new ProofInvalidError();
  }

  private failed(
    phone: PhoneNumber,
    purpose: string,
    outcome: Exclude<VerifyOutcome, { outcome: 'verified' }>,
  ): VerificationError {
    switch (outcome.outcome) {
      case 'unknown':
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

/** In which language, and for what kind of client, a message is written. */
interface Wording {
  readonly locale: string;
  readonly format: MessageFormat;
}

/** A remaining time as people say it: whole minutes, never more than there are; seconds only in the last minute. */
function roughly(ms: number): number {
  return ms < 60_000 ? ms : ms - (ms % 60_000);
}

function sent(
  { phone, purpose }: SendRequest,
  verificationId: string,
  now: number,
  { expiresAt, resendInMs }: { readonly expiresAt: number; readonly resendInMs: number },
): SentVerification {
  return {
    verificationId,
    phone,
    purpose,
    expiresAt: new Date(expiresAt),
    expiresInMs: expiresAt - now,
    resendAt: new Date(now + resendInMs),
    resendInMs,
  };
}

/** Codes as people paste them: digits, with spaces or hyphens between. */
function readCode(typed: string): string {
  const code = typed.replace(/[ -]/g, '');
  if (!/^[0-9]{6,10}$/.test(code)) {
    throw new InvalidRequestError([{ field: 'code', message: 'must be the digits of the message' }]);
  }
  return code;
}
