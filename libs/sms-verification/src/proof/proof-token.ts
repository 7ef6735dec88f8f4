import { createCipheriv, createDecipheriv, createHmac, hash } from 'node:crypto';
import { takeRandomBytes } from '../code/random';
import { isPhoneFingerprint, PhoneFingerprinter, type PhoneFingerprint } from '../phone/phone-fingerprint';
import { PhoneNumber } from '../phone/phone-number';

/**
 * What a guess needs before it is judged, so that the proof exists from the moment the code is spent: 256 random bits,
 * and the digest by which storage finds the proof, which does not give them back.
 */
export interface DrawnProof {
  readonly secret: Buffer;
  /** SHA-256 of the secret. */
  readonly digest: string;
}

/** A token that was made with this key; whether its proof exists and is unspent, storage knows. */
export interface ProofClaim {
  readonly fingerprint: PhoneFingerprint;
  readonly digest: string;
  readonly phone: PhoneNumber;
}

const SECRET_BYTES = 32;
const TAG_BYTES = 16;
/** E.164 has at most 15 digits and a sign; filled up, so that its length does not show. */
const PHONE_BYTES = 16;
// A nonce may be constant when its key seals exactly one message: each is made of the secret, of whose phone it is, and of
// the purpose, and the phone follows from these.
const NONCE = Buffer.alloc(12);

const FORM = /^([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** @param secret 32 bytes that nobody can guess; given where a repeated request must get the same token (R11) */
export function drawProof(secret: Buffer = takeRandomBytes(SECRET_BYTES)): DrawnProof {
  return { secret, digest: digestOf(secret) };
}

/**
 * A proof token is `<fingerprint>.<secret>.<sealed phone>` (rule R14). The fingerprint tells storage where to look (it is
 * the hash tag of the key), the secret which proof is meant. The phone is sealed for whoever has the application's key,
 * with the token and its purpose (AES-256-GCM): nothing else tells it, not even all that Redis holds; and it is sealed
 * once a guess was right, since most of what is guessed is wrong.
 */
export class ProofTokens {
  private readonly fingerprinter: PhoneFingerprinter;

  /** @param key of the fingerprints too */
  constructor(private readonly key: string) {
    this.fingerprinter = new PhoneFingerprinter(key);
  }

  write({ secret }: DrawnProof, fingerprint: PhoneFingerprint, phone: PhoneNumber, purpose: string): string {
    const cipher = createCipheriv('aes-256-gcm', this.sealingKey(secret, fingerprint, purpose), NONCE);
    const sealed = [
      cipher.update(phone.e164.padEnd(PHONE_BYTES), 'latin1'),
      cipher.final(),
      cipher.getAuthTag(),
    ];
    return `${fingerprint}.${secret.toString('base64url')}.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** `undefined` when it is no token for this purpose, or one made with another key, or was tampered with. */
  read(token: string, purpose: string): ProofClaim | undefined {
    const [, fingerprint = '', encodedSecret = '', sealed = ''] = FORM.exec(token) ?? [];
    if (!isPhoneFingerprint(fingerprint)) return undefined;
    const secret = Buffer.from(encodedSecret, 'base64url');
    const phone = unseal(Buffer.from(sealed, 'base64url'), this.sealingKey(secret, fingerprint, purpose));
    // Storage finds the proof by the fingerprint: it is one of this phone and of no other.
    if (phone === undefined || !this.fingerprinter.names(phone).includes(fingerprint)) return undefined;
    return { fingerprint, digest: digestOf(secret), phone };
  }

  private sealingKey(secret: Buffer, fingerprint: PhoneFingerprint, purpose: string): Buffer {
    const hmac = createHmac('sha256', this.key).update('sms-verification/proof/seal:').update(secret);
    return hmac.update(`${fingerprint}.${purpose}`).digest();
  }
}

function unseal(sealed: Buffer, key: Buffer): PhoneNumber | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, NONCE, { authTagLength: TAG_BYTES });
  try {
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text =
      decipher.update(sealed.subarray(0, -TAG_BYTES), undefined, 'latin1') + decipher.final('latin1');
    return PhoneNumber.fromE164(text.trimEnd());
  } catch {
    return undefined;
  }
}

/** Nothing slower is needed where the secret is 256 random bits. */
function digestOf(secret: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from('sms-verification/proof/find:'), secret]), 'base64url');
}
