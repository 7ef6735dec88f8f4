import type { PhoneFingerprint } from '../phone/phone-fingerprint';
import { hmacText } from './hmac';
import { sealCode, unsealCode } from './sealed-code';

declare const digest: unique symbol;

/**
 * What is stored and compared instead of a code: 132 bits of an HMAC as 22 base64url characters. All have one
 * length, and without the secret nobody can choose one, so the comparison in the script tells no one
 * anything by its timing (ASVS 11.2.4).
 */
export type CodeDigest = string & { readonly [digest]: true };

const LENGTH = 22;

/** What a code is good for; its digest is good for nothing else (rule R8). */
export interface CodeSubject {
  readonly fingerprint: PhoneFingerprint;
  readonly purpose: string;
}

/**
 * Digests codes with the current secret, and for comparison with the other accepted ones too, so that a
 * secret can be rotated without breaking a code in flight (rule R15).
 */
export class CodeDigester {
  constructor(
    private readonly current: string,
    private readonly alsoAccepted: readonly string[],
  ) {}

  /** The digest to store. */
  digest(code: string, subject: CodeSubject): CodeDigest {
    return digestWith(this.current, code, subject);
  }

  /** The secret that the stored digest was made with, and with it the code: what a resend needs (rule R10). */
  reopen(stored: string, sealed: string, verificationId: string, subject: CodeSubject): string | undefined {
    return [this.current, ...this.alsoAccepted]
      .map((secret) => ({ secret, code: unsealCode(secret, verificationId, sealed) }))
      .find(({ secret, code }) => digestWith(secret, code, subject) === stored)?.code;
  }

  /** The code in the form that is stored beside its digest. */
  seal(code: string, verificationId: string): string {
    return sealCode(this.current, verificationId, code);
  }

  /** The digests that a stored one may equal: one for each accepted secret, the current one first. */
  candidates(code: string, subject: CodeSubject): readonly CodeDigest[] {
    return [this.current, ...this.alsoAccepted].map((secret) => digestWith(secret, code, subject));
  }
}

function digestWith(secret: string, code: string, { fingerprint, purpose }: CodeSubject): CodeDigest {
  // None of the three parts can contain the separator, so no two subjects share an input.
  return hmacText(secret, `${fingerprint}:${purpose}:${code}`, LENGTH) as CodeDigest;
}
