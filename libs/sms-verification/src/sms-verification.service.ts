import { Inject, Injectable } from '@nestjs/common';
import { CodeDigester } from './code/keyed-digest';
import { drawCode, drawVerificationId, isVerificationId } from './code/verification-code';
import { failureReason } from './gateway/failure-reason';
import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { verificationText } from './message/verification-text';
import { PhoneFingerprinter } from './phone/phone-fingerprint';
import type { PhoneNumber } from './phone/phone-number';
import { mintProof, readProofToken } from './proof/proof-token';
import {
  AttemptsExhaustedError,
  CodeInvalidError,
  CooldownError,
  GatewayUnavailableError,
  InvalidRequestError,
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
  SentVerification,
  VerificationStatus,
} from './sms-verification.results';
import {
  SmsCodeStorage,
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

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedSmsVerificationOptions,
    private readonly storage: SmsCodeStorage,
    private readonly gateway: SmsGateway,
    private readonly events: SmsVerificationEvents,
  ) {
    this.fingerprinter = new PhoneFingerprinter(options.phoneKey);
    this.digester = new CodeDigester(options.codeSecret, options.acceptedCodeSecrets);
  }

  /**
   * Sends a new code. The cooldown and the quota are reserved before the message is handed over, and given back
   * when no gateway accepts it.
   *
   * @throws PurposeUnknownError, CooldownError, QuotaExceededError
   * @throws AttemptsExhaustedError while the phone waits because of its failure count
   * @throws GatewayUnavailableError when the message was not accepted; nothing stays reserved
   * @throws StorageUnavailableError
   */
  async send({ phone, purpose }: { phone: PhoneNumber; purpose: string }): Promise<SentVerification> {
    const policy = this.policyOf(purpose);
    const subject = this.subjectOf(phone, purpose);
    const verificationId = drawVerificationId();
    const code = drawCode(this.options.codeLength);
    const digest = this.digester.digest(code, { fingerprint: subject.phone, purpose });

    const issued = await this.storage.issue({ ...subject, verificationId, digest, policy });
    if (issued.outcome === 'refused') throw this.refused(phone, purpose, issued.refusal);

    const text = verificationText({ code, lifetimeMs: policy.lifetimeMs });
    const receipt = await this.handOver({ phone, purpose, verificationId, code, text }).catch(
      async (failure: unknown) => {
        const reason = failureReason(failure);
        try {
          await this.storage.cancel({ ...subject, verificationId, policy });
        } finally {
          // Also when nothing could be taken back: the caller then hears of the storage, and nobody of the gateway.
          this.events.emit({ type: 'send_failed', phone, purpose, verificationId, reason });
        }
        throw new GatewayUnavailableError({ cause: new Error(reason) });
      },
    );
    this.events.emit({ type: 'sent', phone, purpose, verificationId, messageId: receipt.messageId });
    return {
      verificationId,
      phone,
      purpose,
      expiresAt: new Date(issued.expiresAt),
      expiresInMs: issued.expiresAt - issued.issuedAt,
      resendAt: new Date(issued.issuedAt + issued.resendInMs),
      resendInMs: issued.resendInMs,
    };
  }

  /**
   * Trades a code for a proof. Spaces and hyphens in the code are ignored.
   *
   * @throws PurposeUnknownError, InvalidRequestError
   * @throws CodeInvalidError when the code is wrong, expired, used, or was never sent
   * @throws AttemptsExhaustedError when the verification has no attempts left
   * @throws StorageUnavailableError
   */
  async verify(request: {
    phone: PhoneNumber;
    purpose: string;
    code: string;
    verificationId?: string | undefined;
  }): Promise<PhoneProof> {
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

    const candidates = this.digester.candidates(code, { fingerprint: subject.phone, purpose });
    const proof = mintProof(subject.phone, phone, purpose);
    const outcome = await this.storage.verifyAndRemove({
      ...subject,
      verificationId,
      candidates,
      proof,
      policy,
    });
    if (outcome.outcome !== 'verified') throw this.failed(phone, purpose, outcome);

    this.events.emit({ type: 'verified', phone, purpose, failuresBefore: outcome.failuresBefore });
    return {
      token: proof.token,
      expiresInMs: policy.proofLifetimeMs,
      phone,
      purpose,
      verifiedAt: new Date(outcome.verifiedAt),
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
    const { state, attemptsRemaining, expiresInMs, resendInMs } = outcome;
    return { state, attemptsRemaining, expiresInMs, resendInMs };
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
   * Clears the failure count and the cooldown of a phone and purpose: the operator's way out of a lock.
   *
   * @throws PurposeUnknownError, StorageUnavailableError
   */
  async reset({ phone, purpose }: { phone: PhoneNumber; purpose: string }): Promise<void> {
    await this.storage.reset(this.subjectOf(phone, purpose), this.policyOf(purpose));
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

  private async handOver(message: SmsMessage): Promise<SmsReceipt> {
    const timeout = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const error = new Error(
          `the gateway did not answer within ${String(this.options.gatewayTimeoutMs)} ms`,
        );
        timeout.abort(error);
        reject(error);
      }, this.options.gatewayTimeoutMs);
    });
    try {
      // The race, not the signal alone, ends the wait: a gateway may ignore the signal.
      return await Promise.race([this.gateway.send(message, timeout.signal), late]);
    } finally {
      clearTimeout(timer);
    }
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
        this.events.emit({ type: 'failed', reason: 'wrong', phone, purpose, failures });
        if (attemptsRemaining === 0) this.events.emit({ type: 'locked', phone, purpose, failures });
        return new CodeInvalidError(attemptsRemaining);
      }
    }
  }
}

/** Codes as people paste them: digits, with spaces or hyphens between. */
function readCode(typed: string): string {
  const code = typed.replace(/[ -]/g, '');
  if (!/^[0-9]{6,10}$/.test(code)) {
    throw new InvalidRequestError([{ field: 'code', message: 'must be the digits of the message' }]);
  }
  return code;
}
