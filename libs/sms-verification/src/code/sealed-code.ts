import { hmacBytes } from './hmac';

/**
 * Seals codes so that a resend can bring the same one again (rule R10), while Redis alone gives no code away: each
 * digit is shifted by a digit of a keyed pad that no other verification shares. The pad is as good as random to
 * whoever lacks the secret (HMAC-SHA-256 as a PRF over the verification's 128-bit id), and used once, for one code.
 * That a sealed code was not tampered with, and which secret sealed it, the stored digest tells.
 */
export function sealCode(secret: string, verificationId: string, code: string): string {
  return shift(code, pad(secret, verificationId, code.length), 1);
}

/** Opens what `sealCode` made with the same secret and id; with another it yields other digits. */
export function unsealCode(secret: string, verificationId: string, sealed: string): string {
  return shift(sealed, pad(secret, verificationId, sealed.length), -1);
}

function shift(digits: string, padding: readonly number[], sign: 1 | -1): string {
  let shifted = '';
  for (const [index, by] of padding.entries()) {
    shifted += String((Number(digits.charAt(index)) + sign * by + 10) % 10);
  }
  return shifted;
}

/** Unbiased digits: bytes from 250 on are rejected, since 256 is no multiple of 10. */
function pad(secret: string, verificationId: string, length: number): number[] {
  const digits: number[] = [];
  for (let block = 0; digits.length < length; block += 1) {
    const bytes = hmacBytes(secret, `seal:${verificationId}:${String(block)}`);
    for (let at = 0; at < bytes.length && digits.length < length; at += 1) {
      const byte = bytes.charCodeAt(at);
      if (byte < 250) digits.push(byte % 10);
    }
  }
  return digits;
}
