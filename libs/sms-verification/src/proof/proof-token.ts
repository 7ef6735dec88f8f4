import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import { takeRandomBytes } from '../code/random';
import { isPhoneFingerprint, type PhoneFingerprint } from '../phone/phone-fingerprint';
import { PhoneNumber } from '../phone/phone-number';

/**
 * A proof token is `<fingerprint>.<secret>`: the fingerprint tells the storage where to look (it is the hash
 * tag of the key), the secret is 256 random bits. Storage keeps two things derived from the secret, neither of
 * which gives it back: a digest to find the proof by, and the phone sealed under a key that only the token's
 * holder can make (rule R14). Redis and the application's secrets together still do not reveal the phone.
 */
export interface MintedProof {
  /** What the client gets. */
  readonly token: string;
  /** SHA-256 of the secret, by which the proof is found. */
  readonly digest: string;
  /** The phone under AES-256-GCM. */
  readonly sealedPhone: string;
}

/** A token that has the right form; whether such a proof exists, storage knows. */
export interface ProofClaim {
  readonly fingerprint: PhoneFingerprint;
  readonly digest: string;
  /** Opens what was sealed for this token; `undefined` when it was sealed for another, or was tampered with. */
  unseal(sealedPhone: string, purpose: string): PhoneNumber | undefined;
}

const SECRET_BYTES = 32;
const TAG_BYTES = 16;
// A nonce may be constant when its key seals exactly one message, which is what a fresh secret ensures.
const NONCE = Buffer.alloc(12);

/**
 * Mints a proof that this phone was verified for this purpose.
 *
 * @param secret 32 bytes that nobody can guess; given where a repeated request must get the same token (R11)
 */
export function mintProof(
  fingerprint: PhoneFingerprint,
  phone: PhoneNumber,
  purpose: string,
  secret: Buffer = takeRandomBytes(SECRET_BYTES),
): MintedProof {
  const cipher = createCipheriv('aes-256-gcm', derive(secret, 'seal'), NONCE);
  cipher.setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(phone.e164, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    token: `${fingerprint}.${secret.toString('base64url')}`,
    digest: derive(secret, 'find').toString('base64url'),
    sealedPhone: sealed.toString('base64url'),
  };
}

/** Reads a token; `undefined` when it cannot be one. */
export function readProofToken(token: string): ProofClaim | undefined {
  const [fingerprint, encodedSecret, ...rest] = token.split('.');
  if (fingerprint === undefined || !isPhoneFingerprint(fingerprint)) return undefined;
  if (encodedSecret === undefined || !/^[A-Za-z0-9_-]{43}$/.test(encodedSecret) || rest.length > 0)
    return undefined;
  const secret = Buffer.from(encodedSecret, 'base64url');
  return {
    fingerprint,
    digest: derive(secret, 'find').toString('base64url'),
    unseal: (sealedPhone, purpose) => unseal(secret, sealedPhone, purpose),
  };
}

function unseal(secret: Buffer, sealedPhone: string, purpose: string): PhoneNumber | undefined {
  const sealed = Buffer.from(sealedPhone, 'base64url');
  const text = sealed.subarray(0, -TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', derive(secret, 'seal'), NONCE, {
    authTagLength: TAG_BYTES,
  });
  try {
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return PhoneNumber.fromE164(decipher.update(text, undefined, 'utf8') + decipher.final('utf8'));
  } catch {
    return undefined;
  }
}

/** Two values from one secret, told apart by a label: enough where the secret is 256 random bits. */
function derive(secret: Buffer, label: 'find' | 'seal'): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`sms-verification/proof/${label}:`), secret]), 'buffer');
}
