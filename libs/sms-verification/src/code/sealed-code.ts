import { createHmac } from 'node:crypto';

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
  return Array.from(digits, (digit, index) => (Number(digit) + sign * (padding[index] ?? 0) + 10) % 10).join(
    '',
  );
}

/** Unbiased digits: bytes from 250 on are rejected, since 256 is no multiple of 10. */
function pad(secret: string, verificationId: string, length: number): number[] {
  const digits: number[] = [];
  for (let block = 0; digits.length < length; block += 1) {
    const bytes = createHmac('sha256', secret)
      .update(`seal:${verificationId}:${String(block)}`)
      .digest();
    digits.push(...[...bytes].filter((byte) => byte < 250).map((byte) => byte % 10));
  }
  return digits.slice(0, length);
}
