import type { RedisClient } from '@app/sms-verification';
import { CodeDigester } from '../../../libs/sms-verification/src/code/keyed-digest';
import { drawVerificationId } from '../../../libs/sms-verification/src/code/verification-code';
import { PhoneFingerprinter } from '../../../libs/sms-verification/src/phone/phone-fingerprint';
import { PhoneNumber } from '../../../libs/sms-verification/src/phone/phone-number';
import { drawProof, ProofTokens } from '../../../libs/sms-verification/src/proof/proof-token';
import { DEFAULT_POLICY } from '../../../libs/sms-verification/src/sms-verification.options';
import { RedisSmsCodeStorage } from '../../../libs/sms-verification/src/storage/redis/redis.sms-code.storage';
import type {
  SmsCodeStorage,
  VerifyOutcome,
} from '../../../libs/sms-verification/src/storage/sms-code.storage';
import { freshPhone } from '../../support/phones';

const PURPOSE = 'login';
export const RIGHT = '123456';
export const WRONG = '654321';
/** The most that one verification allows, so that fewer have to be issued for many guesses. */
export const ATTEMPTS = 10;
const POLICY = { ...DEFAULT_POLICY, maxAttempts: ATTEMPTS };

/** A verification that waits for its code. */
export interface Pending {
  readonly phone: PhoneNumber;
  readonly verificationId: string;
  readonly sentAt: number;
}

/** One way of keeping codes in Redis that is measured; a new option of the storage is one more of these. */
export interface Variant {
  readonly name: string;
  /** Whether codes are fenced against failovers (rule R19), which has budgets of its own. */
  readonly fenced: boolean;
  readonly open: (redis: RedisClient) => SmsCodeStorage;
}

export const VARIANTS: readonly Variant[] = [
  { name: 'ours, with the fence', fenced: true, open: (redis) => new RedisSmsCodeStorage(redis, 'fenced:') },
  {
    name: 'ours, without it',
    fenced: false,
    open: (redis) => new RedisSmsCodeStorage(redis, 'unfenced:', 'none'),
  },
];

/** The storage as the service uses it: phones are fingerprinted and codes digested for each call. */
export class OurStorage {
  private readonly fingerprinter = new PhoneFingerprinter('f'.repeat(32));
  private readonly tokens = new ProofTokens('f'.repeat(32));
  private readonly digester = new CodeDigester('c'.repeat(32), []);

  constructor(private readonly storage: SmsCodeStorage) {}

  /** Stores a code for a number that no other call has used. */
  async issue(): Promise<Pending> {
    const phone = PhoneNumber.fromE164(freshPhone());
    const fingerprint = this.fingerprinter.of(phone);
    const verificationId = drawVerificationId();
    const digest = this.digester.digest(RIGHT, { fingerprint, purpose: PURPOSE });
    const sealedCode = this.digester.seal(RIGHT, verificationId);
    const subject = { phone: fingerprint, purpose: PURPOSE, verificationId };
    const outcome = await this.storage.issue({ ...subject, digest, sealedCode, policy: POLICY });
    if (outcome.outcome !== 'issued') throw new Error(`not issued: ${outcome.outcome}`);
    return { phone, verificationId, sentAt: outcome.sentAt };
  }

  /** Notes that a gateway took the message, as the service does after each send. */
  async recordSent({ phone, verificationId, sentAt }: Pending, messageId: string): Promise<void> {
    const subject = { phone: this.fingerprinter.of(phone), purpose: PURPOSE, verificationId };
    await this.storage.recordSent({ ...subject, policy: POLICY, sentAt, gateway: 'inbox', messageId });
  }

  /** What the storage is asked for a guess, with the proof that the service has drawn. */
  judge({ phone, verificationId }: Pending, code: string, proofDigest: string): Promise<VerifyOutcome> {
    const fingerprint = this.fingerprinter.of(phone);
    const candidates = this.digester.candidates(code, { fingerprint, purpose: PURPOSE });
    const subject = { phone: fingerprint, purpose: PURPOSE };
    const guess = { verificationId, candidates, proofDigest };
    return this.storage.verifyAndRemove({ ...subject, ...guess, policy: POLICY });
  }

  /** The same with what the service does besides: a proof drawn for each guess, and its token for a right one. */
  async verify(pending: Pending, code: string): Promise<VerifyOutcome> {
    const proof = drawProof();
    const outcome = await this.judge(pending, code, proof.digest);
    if (outcome.outcome === 'verified') {
      this.tokens.write(proof, this.fingerprinter.of(pending.phone), pending.phone, PURPOSE);
    }
    return outcome;
  }
}
