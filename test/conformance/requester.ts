import {
  DEFAULT_POLICY,
  PhoneNumber,
  type CooldownState,
  type DeliveryRequest,
  type IssueOutcome,
  type IssueRequest,
  type RedeemOutcome,
  type SmsCodeStorage,
  type StatusOutcome,
  type VerificationPolicy,
  type VerifyOutcome,
  type VerifyRequest,
} from '@app/sms-verification';
import { CodeDigester, type CodeDigest } from '../../libs/sms-verification/src/code/keyed-digest';
import { drawCode, drawVerificationId } from '../../libs/sms-verification/src/code/verification-code';
import {
  PhoneFingerprinter,
  type PhoneFingerprint,
} from '../../libs/sms-verification/src/phone/phone-fingerprint';
import { drawProof, type DrawnProof } from '../../libs/sms-verification/src/proof/proof-token';
import { freshPhone } from '../support/phones';
import type { StorageUnderTest } from './storage-under-test';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Long enough that no stored time and no random id contains one by chance: tests look for codes in Redis. */
export const CODE_LENGTH = 10;

/** What whoever asked for a code holds: the id from the answer, the code from the message. */
export interface Held {
  readonly verificationId: string;
  readonly code: string;
  /** By a clock that `advance` had moved, so that it names the same instant however much time has passed. */
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly resendInMs: number;
}

/** A held code that a resend brought again. */
export interface Resent extends Held {
  readonly failedGateway: string;
}

/** What names a send. */
type Sent = Pick<Held, 'verificationId'> & Partial<Pick<Held, 'sentAt'>>;

/** How a code is asked for. */
type How = Pick<IssueRequest, 'resendOf' | 'idempotencyKey' | 'notAfter' | 'onlyRepeat'> &
  Partial<Pick<IssueRequest, 'sealedCode'>>;

const fingerprinter = new PhoneFingerprinter('the conformance suite’s key for phones');
const SECRET = 'the conformance suite’s secret for codes';
const NEXT_SECRET = 'the secret that it is rotated to';

/** One phone and purpose in front of a storage. Speaks of codes, as a person does, not of their digests. */
export class Requester {
  readonly fingerprint: PhoneFingerprint;

  private constructor(
    private readonly under: Pick<StorageUnderTest, 'shiftMs'>,
    readonly storage: SmsCodeStorage,
    readonly phone: PhoneNumber,
    readonly purpose: string,
    readonly policy: VerificationPolicy,
    private readonly digester = new CodeDigester(SECRET, []),
  ) {
    this.fingerprint = fingerprinter.of(phone);
  }

  /** A phone that no storage knows yet, under the default policy but for what is named. */
  static of(
    under: Pick<StorageUnderTest, 'instances' | 'shiftMs'>,
    differing: Partial<VerificationPolicy> = {},
  ) {
    return new Requester(under, under.instances[0], PhoneNumber.parse(freshPhone()), 'login', {
      ...DEFAULT_POLICY,
      ...differing,
    });
  }

  /** The same phone and purpose through another instance. */
  via(storage: SmsCodeStorage): Requester {
    return new Requester(this.under, storage, this.phone, this.purpose, this.policy);
  }

  /** The same phone for another purpose. */
  for(purpose: string, differing: Partial<VerificationPolicy> = {}): Requester {
    return new Requester(this.under, this.storage, this.phone, purpose, { ...this.policy, ...differing });
  }

  /** Another phone, otherwise the same. */
  somebodyElse(): Requester {
    return new Requester(
      this.under,
      this.storage,
      PhoneNumber.parse(freshPhone()),
      this.purpose,
      this.policy,
    );
  }

  /** The same phone and purpose once the secret for codes was rotated. */
  withNextSecret({ acceptsPrevious }: { readonly acceptsPrevious: boolean }): Requester {
    const digester = new CodeDigester(NEXT_SECRET, acceptsPrevious ? [SECRET] : []);
    return new Requester(this.under, this.storage, this.phone, this.purpose, this.policy, digester);
  }

  /** Asks for a code, whatever the answer. */
  async ask(how: How = {}): Promise<{
    readonly outcome: IssueOutcome;
    readonly verificationId: string;
    readonly code: string;
  }> {
    const verificationId = drawVerificationId();
    const code = drawCode(CODE_LENGTH);
    const digest = this.digester.digest(code, { fingerprint: this.fingerprint, purpose: this.purpose });
    const sealedCode = this.digester.seal(code, verificationId);
    const outcome = await this.storage.issue({
      ...this.reference(verificationId),
      digest,
      sealedCode,
      ...how,
    });
    return { outcome, verificationId, code };
  }

  /** Asks for a code and gets it. */
  async issue(how: How = {}): Promise<Held> {
    const { outcome, ...held } = await this.ask(how);
    if (outcome.outcome !== 'issued') throw new Error(`not issued: ${JSON.stringify(outcome)}`);
    const { sentAt, expiresAt, resendInMs } = outcome;
    const { shiftMs } = this.under;
    return { ...held, sentAt: sentAt + shiftMs, expiresAt: expiresAt + shiftMs, resendInMs };
  }

  /** Has the code of a verification sent again, whatever the answer. */
  async askAgain({ verificationId }: Pick<Held, 'verificationId'>, how: How = {}): Promise<IssueOutcome> {
    return (await this.ask({ ...how, resendOf: verificationId })).outcome;
  }

  /** Has the code of a live verification sent again; what is held stays, but for the time of the send. */
  async resend(held: Held, how: How = {}): Promise<Resent> {
    const outcome = await this.askAgain(held, how);
    if (outcome.outcome !== 'resent') throw new Error(`not resent: ${JSON.stringify(outcome)}`);
    const { shiftMs } = this.under;
    const { digest, sealedCode, sentAt, expiresAt, resendInMs, failedGateway } = outcome;
    const { fingerprint, purpose } = this;
    const code =
      this.digester.reopen(digest, sealedCode, held.verificationId, { fingerprint, purpose }) ?? '';
    return {
      verificationId: held.verificationId,
      code,
      sentAt: sentAt + shiftMs,
      expiresAt: expiresAt + shiftMs,
      resendInMs,
      failedGateway,
    };
  }

  /** Asks for a code and returns what it is refused for; `undefined` when it is not. */
  async refusal() {
    const { outcome } = await this.ask();
    return outcome.outcome === 'refused' ? outcome.refusal : undefined;
  }

  /** The refusal with its wait rounded (see {@link rounded}); `undefined` when there is none. */
  async roundedRefusal(): Promise<unknown> {
    const refusal = await this.refusal();
    return refusal === undefined ? undefined : rounded(refusal);
  }

  /** Enters a code for a verification, or, without an id, for whichever is the newest. */
  verify(
    {
      verificationId,
      code,
      notAfter,
      onlyRepeat,
    }: Pick<VerifyRequest, 'verificationId' | 'notAfter' | 'onlyRepeat'> & { readonly code: string },
    proof: DrawnProof = this.draw(),
    idempotencyKey?: string,
  ): Promise<VerifyOutcome> {
    const { fingerprint, purpose } = this;
    const candidates = this.digester.candidates(code, { fingerprint, purpose });
    return this.storage.verifyAndRemove({
      ...this.reference(verificationId ?? ''),
      verificationId,
      candidates,
      proofDigest: proof.digest,
      idempotencyKey,
      notAfter,
      onlyRepeat,
    });
  }

  /** What is stored of a code in the place of itself. */
  digestOf(code: string): string {
    return this.digester.digest(code, { fingerprint: this.fingerprint, purpose: this.purpose });
  }

  /** As verify(), for one who makes the digests up. */
  verifyDigests(
    { verificationId }: Held,
    candidates: readonly string[],
    proofDigest: string,
  ): Promise<VerifyOutcome> {
    return this.storage.verifyAndRemove({
      ...this.reference(verificationId),
      verificationId,
      candidates: candidates as readonly CodeDigest[],
      proofDigest,
    });
  }

  /** Enters a wrong code. */
  fail({ verificationId, code }: Held): Promise<VerifyOutcome> {
    return this.verify({ verificationId, code: wrong(code) });
  }

  /** Enters wrong codes, one after the other. */
  async failTimes(held: Held, times: number): Promise<void> {
    for (let guess = 0; guess < times; guess += 1) await this.fail(held);
  }

  draw(): DrawnProof {
    return drawProof();
  }

  redeem({ digest }: DrawnProof): Promise<RedeemOutcome> {
    return this.storage.redeemProof({ phone: this.fingerprint, purpose: this.purpose, digest });
  }

  check(): Promise<CooldownState> {
    const { fingerprint, purpose, policy } = this;
    return this.storage.checkExistsAndGetTtl({ phone: fingerprint, purpose }, policy);
  }

  /** Takes a send back. */
  cancel(
    { verificationId, sentAt = 0 }: Sent,
    kind: 'first' | 'resend' = 'first',
    idempotencyKey?: string,
  ): Promise<boolean> {
    const reference = this.reference(verificationId);
    return this.storage.cancel({ ...reference, sentAt: this.stored(sentAt), kind, idempotencyKey });
  }

  /** Notes that a gateway took the message of a send. */
  recordSent(
    { verificationId, sentAt = 0 }: Sent,
    { gateway, messageId }: Pick<DeliveryRequest, 'gateway' | 'messageId'>,
    idempotencyKey?: string,
    assessedAt?: number,
  ): Promise<void> {
    const reference = this.reference(verificationId);
    const send = { ...reference, sentAt: this.stored(sentAt), idempotencyKey };
    return this.storage.recordSent({ ...send, gateway, messageId, assessedAt });
  }

  status({ verificationId }: Pick<Held, 'verificationId'>): Promise<StatusOutcome> {
    return this.storage.readStatus(this.reference(verificationId));
  }

  reset(): Promise<void> {
    const { fingerprint, purpose, policy } = this;
    return this.storage.reset({ phone: fingerprint, purpose }, policy);
  }

  private stored(sentAt: number): number {
    return Math.max(0, sentAt - this.under.shiftMs);
  }

  private reference(verificationId: string) {
    const { fingerprint, purpose, policy } = this;
    return { phone: fingerprint, purpose, verificationId, policy };
  }
}

/** Runs `call` for many callers at the same time, who take turns over all instances. */
export function together<Result>(
  { instances }: Pick<StorageUnderTest, 'instances'>,
  requester: Requester,
  callers: number,
  call: (requester: Requester, caller: number) => Promise<Result>,
): Promise<Result[]> {
  const seats = instances.map((storage) => requester.via(storage));
  return Promise.all(
    Array.from({ length: callers }, (_, caller) => call(seats[caller % seats.length] ?? requester, caller)),
  );
}

/** A code of the same length that is not this one. */
export function wrong(code: string): string {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
}

/** How often each outcome occurs. */
export function tally(outcomes: readonly { readonly outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * Rounds every duration in an answer (members that end in `Ms`) up to five seconds, so that the little real time
 * which passes between two calls on Redis changes no answer. Policies keep to multiples of five seconds.
 */
export function rounded(answer: object): unknown {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) =>
      name.endsWith('Ms') && typeof value === 'number' ? upToFiveSeconds(value) : value,
    ),
  );
}

export function upToFiveSeconds(ms: number): number {
  return Math.ceil(ms / (5 * SECOND)) * 5 * SECOND;
}
