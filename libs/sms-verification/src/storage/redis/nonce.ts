import { randomFillSync } from 'node:crypto';

/** 8 characters, of the base64url alphabet. */
const NONCE_BYTES = 6;

/** Drawn ahead: to ask the system for each few bytes would cost more than to digest a code. */
const pool = Buffer.alloc(NONCE_BYTES * 512);
let next = pool.length;

/** What tells one call from every other, for as long as it may be made again because its reply was lost. */
export function drawNonce(): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += NONCE_BYTES;
  return pool.toString('base64url', next - NONCE_BYTES, next);
}
