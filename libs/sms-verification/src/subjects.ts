import { PhoneFingerprinter, type PhoneFingerprint } from './phone/phone-fingerprint';
import type { PhoneNumber } from './phone/phone-number';
import { bucketOf, RecognitionTokens } from './recognition/recognition-token';
import { PurposeUnknownError } from './sms-verification.errors';
import type { ResolvedSmsVerificationOptions } from './sms-verification.options';
import type { Subject } from './storage/sms-code.storage';
import type { VerificationPolicy } from './verification-policy';

/** A subject as one kind of requester sees it; recognised devices have few of their own, for a while. */
export interface Counted extends Subject {
  readonly notAfter?: number;
  /** The device that is recognised; absent for the subject that everybody shares. */
  readonly deviceId?: string;
}

/** A subject that is asked in its turn; `onlyRepeat`: for the answer that a repeat got there before, and no more. */
export interface Turn extends Counted {
  readonly onlyRepeat?: true;
}

/** Whom a request is about, as storage knows it, and by which numbers. */
export class Subjects {
  private readonly fingerprinter: PhoneFingerprinter;
  /** A number that was parsed a moment ago comes again as it is: to the guard, the send and the verify. */
  private readonly fingerprints = new WeakMap<PhoneNumber, PhoneFingerprint>();
  readonly tokens: RecognitionTokens;

  constructor(
    private readonly options: Pick<
      ResolvedSmsVerificationOptions,
      'phoneKey' | 'policies' | 'codeSecret' | 'acceptedCodeSecrets'
    >,
  ) {
    this.fingerprinter = new PhoneFingerprinter(options.phoneKey);
    this.tokens = new RecognitionTokens(options.codeSecret, options.acceptedCodeSecrets);
  }

  /** The subject that everybody shares who asks for this phone and purpose. */
  of(phone: PhoneNumber, purpose: string): Subject {
    let fingerprint = this.fingerprints.get(phone);
    if (fingerprint === undefined) this.fingerprints.set(phone, (fingerprint = this.fingerprinter.of(phone)));
    return { phone: fingerprint, purpose };
  }

  /** The subject of recognised devices first, if a genuine token names one; then the one that all share (R21). */
  inTurn(
    phone: PhoneNumber,
    purpose: string,
    recognition: string | undefined,
  ): readonly [Counted, ...Counted[]] {
    const shared = this.of(phone, purpose);
    const device = recognition === undefined ? undefined : this.tokens.read(recognition, shared.phone);
    if (device === undefined) return [shared];
    return [
      { phone: this.fingerprinter.ofDevices(phone, bucketOf(device.deviceId)), purpose, ...device },
      shared,
    ];
  }

  /**
   * Where the answer to a request may be, in the order in which to ask: of a repeat it stays where its first request
   * was served, though the request would go elsewhere now. So the others are asked, too, before the first is.
   */
  inTurnWithRepeats(
    phone: PhoneNumber,
    purpose: string,
    {
      recognition,
      idempotencyKey,
    }: { readonly recognition?: string | undefined; readonly idempotencyKey?: string | undefined },
  ): readonly [Turn, ...Turn[]] {
    const turns = this.inTurn(phone, purpose, recognition);
    const [, other] = turns;
    if (idempotencyKey === undefined || other === undefined) return turns;
    return [{ ...other, onlyRepeat: true }, ...turns];
  }

  /** @throws PurposeUnknownError */
  policyOf(purpose: string): VerificationPolicy {
    const policy = this.options.policies.get(purpose);
    if (policy === undefined) throw new PurposeUnknownError();
    return policy;
  }
}
