import { hash, timingSafeEqual } from 'node:crypto';
import { PhoneNumber } from '../phone/phone-number';

// Authenticated encryption under a key that seals one phone and nothing else: the phone under a pad of the same
// length, then a tag over it and its purpose, both by SHA-512/256 as a keyed hash, which unlike SHA-256 nobody can
// continue without the key. AES-GCM would do the same; Node takes longer to set it up than for all else of a guess.

/** E.164 has at most 15 digits; filled up, so that its length does not show either. */
const PHONE_BYTES = 16;
/** 128 bits of the tag, in base64url. */
const TAG_LENGTH = 22;

/** @param key text that nobody can guess, with 128 random bits or more, and that seals nothing else */
export function sealPhone(key: string, phone: PhoneNumber, purpose: string): string {
  const sealed = shroud(key, Buffer.from(phone.e164.padEnd(PHONE_BYTES), 'latin1')).toString('base64url');
  return sealed + tagOf(key, purpose, sealed);
}

/** The phone; `undefined` when it was sealed with another key or for another purpose, or was tampered with. */
export function unsealPhone(key: string, sealedPhone: string, purpose: string): PhoneNumber | undefined {
  const sealed = sealedPhone.slice(0, -TAG_LENGTH);
  const given = Buffer.from(sealedPhone.slice(-TAG_LENGTH));
  const tag = Buffer.from(tagOf(key, purpose, sealed));
  if (given.length !== tag.length || !timingSafeEqual(given, tag)) return undefined;
  return PhoneNumber.fromE164(shroud(key, Buffer.from(sealed, 'base64url')).toString('latin1').trimEnd());
}

/** Turns a phone into what hides it, and back: in place. */
function shroud(key: string, bytes: Buffer): Buffer {
  const pad = hash('sha512-256', `pad:${key}`, 'binary');
  for (let index = 0; index < PHONE_BYTES; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ pad.charCodeAt(index);
  }
  return bytes;
}

function tagOf(key: string, purpose: string, sealed: string): string {
  return hash('sha512-256', `tag:${key}:${sealed}:${purpose}`, 'base64url').slice(0, TAG_LENGTH);
}
