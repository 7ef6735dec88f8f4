/**
 * Somebody asks for a code. Everything that this somebody will do is drawn beforehand, so that two guards see the
 * same people, whatever they answer them.
 */
export interface Session {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly phone: string;
  readonly country: string;
  readonly ip: string;
  readonly fraud: boolean;
  /** The number has verified here before. */
  readonly returning: boolean;
  /** When the code is typed, after the message that brings it; undefined: never. */
  readonly verifiesAfterMs?: number | undefined;
  /** When a second message is asked for; where both are set, the second brings the code. */
  readonly resendsAfterMs?: number | undefined;
  /** How long a challenge takes; undefined: it is not taken. */
  readonly solvesAfterMs?: number | undefined;
  /** When somebody who was turned away tries again, once. */
  readonly retriesAfterMs?: number | undefined;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When simulated time begins: a Monday, at midnight UTC, and ahead of any server's clock, which ends keys. */
export const EPOCH = Date.UTC(2100, 0, 4);
