import { createHash } from 'node:crypto';

/** Remembers which answers have been given, so that each is good once, on however many instances. */
export abstract class SpentChallenges {
  /**
   * Spends an answer, in one step: of any number of callers at the same time, one is told that it is new.
   *
   * @param id names the answer; see {@link spentId}
   * @param ttlMs how long it stays spent; at least until nobody would take the answer for right any more
   * @throws StorageUnavailableError when it cannot be known
   */
  abstract spend(id: string, ttlMs: number): Promise<boolean>;
}

/** A name of fixed length for an answer, with its kind: what clients send goes into no key as it is. */
export function spentId(kind: string, answer: string): string {
  return createHash('sha256').update(`${kind}:${answer}`).digest('base64url').slice(0, 22);
}
