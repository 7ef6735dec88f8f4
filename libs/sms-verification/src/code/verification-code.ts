import { randomInt } from 'node:crypto';
import { takeRandomBytes } from './random';

/**
 * Draws a code of `length` decimal digits, leading zeros kept, from the system's CSPRNG (ASVS 6.5.3).
 * `randomInt` draws without modulo bias below 2⁴⁸, which holds up to 14 digits.
 */
export function drawCode(length: number): string {
  return randomInt(10 ** length)
    .toString()
    .padStart(length, '0');
}

/** Draws a verification id: 128 random bits as 22 base64url characters (ASVS 11.5.1). */
export function drawVerificationId(): string {
  return takeRandomBytes(16).toString('base64url');
}

/** Tells whether the text has the form of a verification id. */
export function isVerificationId(text: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(text);
}
