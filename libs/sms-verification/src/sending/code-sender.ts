import type { CodeDigester } from '../code/keyed-digest';
import { drawCode, drawVerificationId } from '../code/verification-code';
import type { IdempotencyKeys } from '../idempotency/idempotency-keys';
import type { PhoneNumber } from '../phone/phone-number';
import {
  AttemptsExhaustedError,
  CooldownError,
  IdempotencyConflictError,
  InvalidRequestError,
  QuotaExceededError,
  RegionNotAllowedError,
  StorageUnavailableError,
  VerificationNotFoundError,
  type VerificationError,
} from '../sms-verification.errors';
import type { SmsVerificationEvents } from '../sms-verification.events';
import type { ResolvedSmsVerificationOptions } from '../sms-verification.options';
import type { SendRequest, SentVerification } from '../sms-verification.results';
import type {
  CancelRequest,
  IdempotencyDigest,
  IssueOutcome,
  SendRefusal,
  SmsCodeStorage,
} from '../storage/sms-code.storage';
import type { Subjects, Turn } from '../subjects';
import type { VerificationPolicy } from '../verification-policy';
import type { Delivery, Wording } from './delivery';

/** What sending is done with. */
interface Means {
  readonly options: Pick<ResolvedSmsVerificationOptions, 'codeLength' | 'texts' | 'abuse'>;
  readonly storage: SmsCodeStorage;
  readonly events: SmsVerificationEvents;
  readonly subjects: Subjects;
  readonly digester: CodeDigester;
  readonly keys: IdempotencyKeys;
  readonly delivery: Delivery;
}

type Resent = Extract<IssueOutcome, { outcome: 'resent' }>;
/** A request to send, as one of the subjects that it may be counted for. */
interface Attempt {
  readonly request: SendRequest;
  readonly policy: VerificationPolicy;
  readonly wording: Wording;
  readonly idempotencyKey: IdempotencyDigest | undefined;
  readonly counted: Turn;
}

/** Sends codes: `SmsVerificationService.send` tells what it promises. */
export class CodeSender {
  constructor(private readonly means: Means) {}

  async send(request: SendRequest): Promise<SentVerification> {
    const { options, subjects, keys } = this.means;
    const { phone, purpose, verificationId: resendOf } = request;
    const policy = subjects.policyOf(purpose);
    if (!options.abuse.regions.allows(phone.country)) {
      this.means.events.emit({ type: 'refused', phone, purpose, country: phone.country, reason: 'region' });
      throw new RegionNotAllowedError();
    }
    const wording = this.wordingFor(request);
    const turns = subjects.inTurnWithRepeats(phone, purpose, request);
    const { phone: fingerprint } = turns.at(-1) ?? turns[0];
    const { recognition = '' } = request;
    let idempotencyKey: IdempotencyDigest | undefined;
    if (request.idempotencyKey !== undefined) {
      const parts = ['send', fingerprint, purpose, resendOf ?? '', recognition, JSON.stringify(wording)];
      idempotencyKey = await keys.claim(request.idempotencyKey, parts, policy);
    }
    for (const counted of turns) {
      const attempt: Attempt = { request, policy, wording, idempotencyKey, counted };
      const outcome = await this.issue(attempt);
      // A token that has ended, or whose device failed too often, is as if it were not there (R21).
      if (outcome !== 'ask on') return outcome;
    }
    throw new StorageUnavailableError();
  }

  /** Throws what `send` would throw now, without reserving anything. */
  async assertAllowed(phone: PhoneNumber, purpose: string): Promise<void> {
    const { storage, subjects } = this.means;
    const policy = subjects.policyOf(purpose);
    const { refusal } = await storage.checkExistsAndGetTtl(subjects.of(phone, purpose), policy);
    if (refusal !== undefined) throw this.refused(phone, purpose, refusal);
  }

  private async issue(attempt: Attempt): Promise<SentVerification | 'ask on'> {
    const { options, storage, digester, delivery } = this.means;
    const { request, policy, wording, idempotencyKey, counted } = attempt;
    const { phone, purpose, verificationId: resendOf } = request;
    const { phone: fingerprint, deviceId, notAfter, onlyRepeat } = counted;

    const verificationId = drawVerificationId();
    const code = drawCode(options.codeLength);
    const digest = digester.digest(code, { fingerprint, purpose });
    const sealedCode = digester.seal(code, verificationId);
    // Here and for what is handed on below each member is named: to spread objects took a twentieth of a send.
    const outcome = await storage.issue({
      phone: fingerprint,
      purpose,
      notAfter,
      onlyRepeat,
      verificationId,
      resendOf,
      idempotencyKey,
      digest,
      sealedCode,
      policy,
    });

    switch (outcome.outcome) {
      case 'stale':
      case 'new':
        return 'ask on';
      case 'refused':
        if (deviceId !== undefined && outcome.refusal.reason === 'failures') return 'ask on';
        throw this.refused(phone, purpose, outcome.refusal);
      case 'running':
        throw new IdempotencyConflictError(outcome.waitMs);
      case 'repeated': {
        const now = outcome.expiresAt - outcome.expiresInMs;
        return sent(request, outcome.verificationId, now, outcome);
      }
      case 'issued': {
        const { sentAt, known } = outcome;
        const send: CancelRequest = {
          phone: fingerprint,
          purpose,
          policy,
          idempotencyKey,
          verificationId,
          sentAt,
          kind: 'first',
        };
        const { locale, format } = wording;
        const content = { locale, format, code, lifetimeMs: policy.lifetimeMs, failedGateway: '' };
        await delivery.deliver(request, send, content, known);
        return sent(request, verificationId, sentAt, outcome);
      }
      case 'resent':
        return this.resend(attempt, outcome);
    }
  }

  private async resend(attempt: Attempt, outcome: Resent): Promise<SentVerification> {
    const { storage, digester, delivery } = this.means;
    const { request, policy, wording, idempotencyKey, counted } = attempt;
    const { digest, sealedCode, sentAt, expiresAt, failedGateway, known } = outcome;
    const { purpose } = request;
    // The script resends what was named, and nothing else.
    const verificationId = request.verificationId ?? '';
    const send = { ...counted, policy, idempotencyKey, verificationId, sentAt, kind: 'resend' } as const;
    const owner = { fingerprint: counted.phone, purpose };
    const code = digester.reopen(digest, sealedCode, verificationId, owner);
    if (code === undefined) {
      // Sealed with a secret that is accepted no more: verify would refuse the code too.
      await storage.cancel(send);
      throw new VerificationNotFoundError();
    }
    const content = { ...wording, code, lifetimeMs: roughly(expiresAt - sentAt), failedGateway };
    await delivery.deliver(request, send, content, known);
    return sent(request, verificationId, sentAt, outcome);
  }

  private wordingFor({ locale, acceptLanguage, format: choice }: SendRequest): Wording {
    const { texts } = this.means.options;
    const format = texts.chooseFormat(choice ?? { kind: 'plain' });
    if (format === undefined) {
      throw new InvalidRequestError([
        { field: 'format', message: 'is not one that this service is set up for' },
      ]);
    }
    return { locale: texts.chooseLocale({ locale, acceptLanguage }), format };
  }

  private refused(phone: PhoneNumber, purpose: string, refusal: SendRefusal): VerificationError {
    const { reason, waitMs } = refusal;
    this.means.events.emit({ type: 'blocked', phone, purpose, reason, waitMs });
    switch (reason) {
      case 'cooldown':
        return new CooldownError(waitMs);
      case 'quota':
        return new QuotaExceededError(waitMs, refusal.limit, refusal.windowMs);
      case 'failures':
        return new AttemptsExhaustedError(waitMs);
    }
  }
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
    // Of a repeat the verification may have expired meanwhile.
    expiresInMs: Math.max(0, expiresAt - now),
    resendAt: new Date(now + resendInMs),
    resendInMs,
  };
}
