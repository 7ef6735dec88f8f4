import { Logger } from '@nestjs/common';
import type { AbuseDefence } from '../abuse/abuse-defence';
import type { CodeDigester } from '../code/keyed-digest';
import { isVerificationId } from '../code/verification-code';
import type { IdempotencyKeys } from '../idempotency/idempotency-keys';
import type { PhoneNumber } from '../phone/phone-number';
import { drawProof, type ProofTokens } from '../proof/proof-token';
import { RECOGNITION_MS } from '../recognition/recognition-token';
import {
  AttemptsExhaustedError,
  CodeInvalidError,
  InvalidRequestError,
  type VerificationError,
} from '../sms-verification.errors';
import type { SmsVerificationEvents } from '../sms-verification.events';
import type { ResolvedSmsVerificationOptions } from '../sms-verification.options';
import type { PhoneProof, VerifyCodeRequest } from '../sms-verification.results';
import type { IdempotencyDigest, SmsCodeStorage, Subject, VerifyOutcome } from '../storage/sms-code.storage';
import type { Subjects } from '../subjects';
import type { VerificationPolicy } from '../verification-policy';

/** What verifying is done with. */
interface Means {
  readonly options: Pick<ResolvedSmsVerificationOptions, 'binding'>;
  readonly storage: SmsCodeStorage;
  readonly events: SmsVerificationEvents;
  readonly subjects: Subjects;
  readonly digester: CodeDigester;
  readonly keys: IdempotencyKeys;
  readonly proofs: ProofTokens;
  readonly defence: AbuseDefence;
}

type Verified = Extract<VerifyOutcome, { outcome: 'verified' }>;

/** Trades codes for proofs: `SmsVerificationService.verify` tells what it promises. */
export class CodeVerifier {
  private readonly logger = new Logger(CodeVerifier.name);

  constructor(private readonly means: Means) {}

  async verify(request: VerifyCodeRequest): Promise<PhoneProof> {
    const { options, storage, subjects, digester, keys, proofs } = this.means;
    const { phone, purpose, verificationId } = request;
    const policy = subjects.policyOf(purpose);
    const turns = subjects.inTurnWithRepeats(phone, purpose, request);
    // The last one is what everybody shares.
    const subject: Subject = turns.at(-1) ?? turns[0];
    const code = readCode(request.code);
    if (verificationId === undefined && options.binding === 'required') {
      throw new InvalidRequestError([{ field: 'verificationId', message: 'is required: send returned it' }]);
    }
    if (verificationId !== undefined && !isVerificationId(verificationId)) {
      throw this.failed(phone, purpose, { outcome: 'unknown' });
    }

    const { recognition = '' } = request;
    let idempotencyKey: IdempotencyDigest | undefined;
    let secret: Buffer | undefined;
    if (request.idempotencyKey !== undefined) {
      const parts = ['verify', subject.phone, purpose, verificationId ?? '', recognition, code];
      idempotencyKey = await keys.claim(request.idempotencyKey, parts, policy);
      secret = keys.proofSecret(request.idempotencyKey, parts);
    }
    for (const { deviceId, ...own } of turns) {
      const candidates = digester.candidates(code, { fingerprint: own.phone, purpose });
      const proof = drawProof(secret);
      const guess = { verificationId, candidates, proofDigest: proof.digest, idempotencyKey };
      const outcome = await storage.verifyAndRemove({ ...own, ...guess, policy });
      if (outcome.outcome === 'new') continue;
      // The code may have been sent before the device was recognised, or after its token had ended.
      if (deviceId !== undefined && (outcome.outcome === 'unknown' || outcome.outcome === 'stale')) continue;
      if (outcome.outcome !== 'verified') throw this.failed(phone, purpose, outcome);
      // A device's success is one of its number: of the storage the device's own key alone knows that yet.
      if (deviceId !== undefined && !outcome.repeated) await this.noteKnown(subject);
      const { digest } = proof;
      const token = proofs.write(proof, own.phone, phone, purpose);
      return this.verified(request, subject, { token, digest }, outcome, policy);
    }
    throw this.failed(phone, purpose, { outcome: 'unknown' });
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
      this.means.events.emit({ type: 'verified', phone, purpose, failuresBefore });
      if (assessedAt > 0) await this.means.defence.recordVerified(phone, assessedAt);
    }
    const { tokens } = this.means.subjects;
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
    await this.means.storage.recordKnown(phone).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn(`a number is not noted as one that has verified: ${reason}`);
    });
  }

  private failed(
    phone: PhoneNumber,
    purpose: string,
    outcome: Exclude<VerifyOutcome, { outcome: 'verified' | 'new' }>,
  ): VerificationError {
    switch (outcome.outcome) {
      case 'unknown':
      case 'stale':
        this.means.events.emit({ type: 'failed', reason: 'unknown', phone, purpose });
        return new CodeInvalidError();
      case 'exhausted':
        this.means.events.emit({ type: 'failed', reason: 'exhausted', phone, purpose });
        return new AttemptsExhaustedError(outcome.retryInMs);
      case 'wrong': {
        const { attemptsRemaining, failures } = outcome;
        if (outcome.repeated) return new CodeInvalidError(attemptsRemaining);
        this.means.events.emit({ type: 'failed', reason: 'wrong', phone, purpose, failures });
        if (attemptsRemaining === 0) this.means.events.emit({ type: 'locked', phone, purpose, failures });
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
