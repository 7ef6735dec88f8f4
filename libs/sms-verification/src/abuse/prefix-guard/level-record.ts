import type { PrefixGuardTuning } from './prefix-guard.tuning';

export const OPEN = 0;
export const PROBING = 1;
export const CHALLENGED = 2;
export const REFUSED = 3;

export const NOT_MANUAL = 0;
export const BLOCKED = 1;
export const UNBLOCKED = 2;

/** Sends of one kind by slot, as a ring: slot number modulo the count of slots. */
export interface Pending {
  readonly sent: number[];
  readonly verified: number[];
}

/**
 * What is kept of one level: whole numbers alone, so that Lua packs the same. All pending counts are 0 in a level
 * that has been idle for three minutes.
 */
export interface LevelRecord {
  /** The number of the newest slot: milliseconds since 1970 by the slot's length. */
  slot: number;
  /** Sends without a challenge, and with one. */
  readonly plain: Pending;
  readonly challenged: Pending;

  /** Long run: judged sends, and those of them that verified. */
  trials: number;
  verified: number;

  /** The day, since 1970; judged sends of that day; a moving average of the days before, in thousandths. */
  day: number;
  today: number;
  usual: number;

  /** CUSUM of the evidence against the sends of an open level. */
  suspicion: number;
  /** CUSUM of the evidence against challenged sends, while the level asks for challenges. */
  doubt: number;
  /** Evidence from probes; below 0 it speaks for the level. */
  probed: number;

  state: typeof OPEN | typeof PROBING | typeof CHALLENGED | typeof REFUSED;
  /** When the state is looked at again; 0 when open. */
  until: number;
  /** Blocks in a row, and when the last of them began. */
  blocks: number;
  blockedAt: number;
  /** At the end of a block that asks for challenges: sends turned away that no solved challenge followed, and solved. */
  turnedAway: number;
  solved: number;

  manual: typeof NOT_MANUAL | typeof BLOCKED | typeof UNBLOCKED;
  manualUntil: number;
}

/** The most that a count of long runs and days is kept as; Lua packs it into four bytes. */
export const MOST = 0xffffffff;
/** The most that a slot and a count of turned-away sends is kept as; Lua packs it into two bytes. */
export const MOST_SMALL = 0xffff;

export const DAY_MS = 24 * 3_600_000;

export function emptyRecord(now: number, tuning: PrefixGuardTuning): LevelRecord {
  return {
    slot: slotOf(now, tuning),
    plain: emptyPending(tuning),
    challenged: emptyPending(tuning),
    trials: 0,
    verified: 0,
    day: Math.floor(now / DAY_MS),
    today: 0,
    usual: 0,
    suspicion: 0,
    doubt: 0,
    probed: 0,
    state: OPEN,
    until: 0,
    blocks: 0,
    blockedAt: 0,
    turnedAway: 0,
    solved: 0,
    manual: NOT_MANUAL,
    manualUntil: 0,
  };
}

export function slotOf(at: number, { slotMs }: PrefixGuardTuning): number {
  return Math.floor(at / slotMs);
}

/** Sends that are pending and have not verified. */
export function unverified({ sent, verified }: Pending): number {
  let count = 0;
  for (let index = 0; index < sent.length; index += 1) count += (sent[index] ?? 0) - (verified[index] ?? 0);
  return count;
}

/** Pending sends that have verified: a crowd of people who do makes room for as many who have not yet. */
export function verifiedOf({ verified }: Pending): number {
  let count = 0;
  for (const each of verified) count += each;
  return count;
}

function emptyPending({ slots }: PrefixGuardTuning): Pending {
  return { sent: new Array<number>(slots).fill(0), verified: new Array<number>(slots).fill(0) };
}
