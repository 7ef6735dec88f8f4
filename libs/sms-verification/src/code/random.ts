import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4_096);
let taken = pool.length;

/**
 * Bytes from the system's CSPRNG, which is asked for many at a time: a call for each few takes longer than what is
 * done with them. No byte is given out twice, and none stays behind in the pool.
 */
export function takeRandomBytes(count: number): Buffer {
  if (taken + count > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const bytes = Buffer.from(pool.subarray(taken, taken + count));
  pool.fill(0, taken, taken + count);
  taken += count;
  return bytes;
}
