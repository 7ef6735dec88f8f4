import { hash } from 'node:crypto';
import { takeRandomBytes } from '../code/random';
import { isPhoneFingerprint, type PhoneFingerprint } from '../phone/phone-fingerprint';
import type { PhoneNumber } from '../phone/phone-number';
import { sealPhone, unsealPhone } from './sealed-phone';

/**
 * A proof token is `<fingerprint>.<secret>`: the fingerprint tells the storage where to look (it is the hash
 * tag of the key), the secret is 256 random bits. Storage keeps two things derived from the secret, neither of
 * which gives it back: a digest to find the proof by, and the phone sealed under a key that only the token's
 * holder can make (rule R14). Redis and the application's secrets together still do not reveal the phone.
 */
export interface MintedProof {
  /** What the client gets. */
  readonly token: string;
  /** What the proof is found by: half of a SHA-512 of the secret. */
  readonly digest: string;
  /** The phone, encrypted and authenticated. */
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
/** Of the 86 characters of a SHA-512 in base64url. */
const HALF = 43;

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
  const encodedSecret = secret.toString('base64url');
  const { digest, key } = derive(encodedSecret);
  return { token: `${fingerprint}.${encodedSecret}`, digest, sealedPhone: sealPhone(key, phone, purpose) };
}

/** Reads a token; `undefined` when it cannot be one. */
export function readProofToken(token: string): ProofClaim | undefined {
  const [fingerprint, encodedSecret, ...rest] = token.split('.');
  if (fingerprint === undefined || !isPhoneFingerprint(fingerprint)) return undefined;
  if (encodedSecret === undefined || !/^[A-Za-z0-9_-]{43}$/.test(encodedSecret) || rest.length > 0)
    return undefined;
  // The same bytes can be written in several ways, of which one is the token's.
  const { digest, key } = derive(Buffer.from(encodedSecret, 'base64url').toString('base64url'));
  return { fingerprint, digest, unseal: (sealedPhone, purpose) => unsealPhone(key, sealedPhone, purpose) };
}

/**
 * What to find the proof by, and the key of its seal: two parts of one SHA-512, of which neither tells the other.
 * Nothing slower is needed where the secret is 256 random bits.
 */
function derive(encodedSecret: string): { readonly digest: string; readonly key: string } {
  const text = hash('sha512', `sms-verification/proof:${encodedSecret}`, 'base64url');
  return { digest: text.slice(0, HALF), key: text.slice(-HALF) };
}
