import {
  BLOCKED,
  CHALLENGED,
  MOST_SMALL,
  NOT_MANUAL,
  OPEN,
  PROBING,
  REFUSED,
  unverified,
  verifiedOf,
  type LevelRecord,
  type Pending,
} from './level-record';
import type { Measures } from './measures';
import type { GuardReason } from './prefix-guard';
import type { PrefixGuardTuning } from './prefix-guard.tuning';

/** A level's record with what it is measured by. */
export interface Measured {
  readonly record: LevelRecord;
  readonly measures: Measures;
}

export interface Verdict {
  readonly decision: 'allow' | 'challenge' | 'refuse';
  readonly reason: GuardReason;
  readonly waitMs: number;
  /** The index of the level that decided; absent when none did. */
  readonly depth?: number | undefined;
}

const SEVERITY = { allow: 0, challenge: 1, refuse: 2 } as const;
const QUIET: Verdict = { decision: 'allow', reason: 'quiet', waitMs: 0 };

/** What the levels, coarse to fine, say together. */
export function judge(
  levels: readonly Measured[],
  challenged: boolean,
  now: number,
  tuning: PrefixGuardTuning,
): Verdict {
  const byHand = judgeByHand(levels, now);
  if (byHand !== undefined) return byHand;
  const verdicts = levels.map((level, depth) =>
    judgeLevel(level, hasHealthyPart(levels, depth, tuning), challenged, now, tuning),
  );
  let strictest = QUIET;
  verdicts.forEach((verdict, depth) => {
    if (verdict.decision === 'allow') return;
    const difference = SEVERITY[verdict.decision] - SEVERITY[strictest.decision];
    if (difference > 0 || (difference === 0 && verdict.waitMs > strictest.waitMs)) {
      strictest = { ...verdict, depth };
    }
  });
  noteDemand(levels, verdicts, strictest, challenged, now, tuning);
  return strictest;
}

/** What each level says by itself to a send without a challenge, and for how long if nobody else sends. */
export function answersOf(
  levels: readonly Measured[],
  now: number,
  tuning: PrefixGuardTuning,
): readonly Verdict[] {
  const byHand = judgeByHand(levels, now);
  return levels.map((level, depth) => {
    if (byHand !== undefined) return byHand.depth === depth ? byHand : QUIET;
    return judgeLevel(level, hasHealthyPart(levels, depth, tuning), false, now, tuning);
  });
}

/** How long a level goes on asking for challenges. */
function challengesFor({ record, measures }: Measured, now: number, tuning: PrefixGuardTuning): number {
  const { plain, challenged, state, until } = record;
  if (state === OPEN) {
    const crowd = (index: number): number => crowdAt(plain, index, 2) + crowdAt(challenged, index, 2);
    return ripensBelow(record, crowd, measures.burst, now, tuning);
  }
  if (state !== PROBING) return until - now;
  const probes = ripensBelow(record, (index) => crowdAt(plain, index, 1), tuning.probes, now, tuning);
  return Math.min(until - now, probes);
}

/** Pending sends of one slot; one that has verified counts as so many less. */
function crowdAt({ sent, verified }: Pending, index: number, less: 1 | 2): number {
  return (sent[index] ?? 0) - less * (verified[index] ?? 0);
}

/** Until so many slots are judged that fewer than `room` are left of the crowd. */
function ripensBelow(
  { slot }: LevelRecord,
  crowd: (index: number) => number,
  room: number,
  now: number,
  { slots, slotMs }: PrefixGuardTuning,
): number {
  let left = 0;
  for (let index = 0; index < slots; index += 1) left += crowd(index);
  let oldest = slot - slots + 1;
  for (; oldest < slot; oldest += 1) {
    left -= crowd(oldest % slots);
    if (left < room) break;
  }
  return Math.max(0, (oldest + slots) * slotMs - now);
}

/** What an operator said of the finest level holds. */
function judgeByHand(levels: readonly Measured[], now: number): Verdict | undefined {
  for (let depth = levels.length - 1; depth >= 0; depth -= 1) {
    const record = levels[depth]?.record;
    if (record === undefined || record.manual === NOT_MANUAL) continue;
    if (record.manual === BLOCKED) {
      return { decision: 'refuse', reason: 'blocked', waitMs: record.manualUntil - now, depth };
    }
    return { decision: 'allow', reason: 'unblocked', waitMs: 0, depth };
  }
  return undefined;
}

function judgeLevel(
  level: Measured,
  hasHealthyPart: boolean,
  challenged: boolean,
  now: number,
  tuning: PrefixGuardTuning,
): Verdict {
  const { record, measures } = level;
  if (record.state === REFUSED && !hasHealthyPart) {
    return { decision: 'refuse', reason: 'conversion', waitMs: record.until - now };
  }
  if (challenged) {
    const room = measures.challengedBurst + verifiedOf(record.challenged);
    const free = unverified(record.challenged) < room;
    return free ? QUIET : { decision: 'refuse', reason: 'burst', waitMs: ripensIn(record, now, tuning) };
  }
  const waiting = unverified(record.plain);
  if (record.state === PROBING && waiting < tuning.probes) return QUIET;
  if (record.state === OPEN && !isBurst(waiting, level)) return QUIET;
  const reason = record.state === OPEN ? 'burst' : 'conversion';
  return { decision: 'challenge', reason, waitMs: challengesFor(level, now, tuning) };
}

function isBurst(plainUnverified: number, { record, measures }: Measured): boolean {
  const room = measures.burst + verifiedOf(record.plain) + verifiedOf(record.challenged);
  return plainUnverified + unverified(record.challenged) >= room;
}

/** Whether a level finer than this one is well, with its pending sends taken for bad ones: it is refused nothing. */
function hasHealthyPart(levels: readonly Measured[], depth: number, tuning: PrefixGuardTuning): boolean {
  return levels.some((level, index) => index > depth && isHealthy(level, tuning));
}

function isHealthy({ record, measures }: Measured, tuning: PrefixGuardTuning): boolean {
  if (record.state !== OPEN || record.trials < tuning.healthyTrials) return false;
  if (measures.conversion < tuning.healthyConversion) return false;
  const waiting = (unverified(record.plain) + unverified(record.challenged)) * 1000;
  const unusual = Math.max(0, waiting - measures.usualPending);
  return record.suspicion + Math.floor((unusual * measures.bad) / 1000) < tuning.healthyEvidence;
}

/** Until the oldest pending challenged send is judged. */
function ripensIn(
  { slot, challenged }: LevelRecord,
  now: number,
  { slots, slotMs }: PrefixGuardTuning,
): number {
  for (let oldest = slot - slots + 1; oldest < slot; oldest += 1) {
    const index = oldest % slots;
    if ((challenged.sent[index] ?? 0) > (challenged.verified[index] ?? 0)) {
      return Math.max(0, (oldest + slots) * slotMs - now);
    }
  }
  return Math.max(0, (slot + slots) * slotMs - now);
}

/** Counts, at the end of a block that asks for challenges, whom it still turns away; who solves one was no demand. */
function noteDemand(
  levels: readonly Measured[],
  verdicts: readonly Verdict[],
  { decision }: Verdict,
  challenged: boolean,
  now: number,
  { watchMs }: PrefixGuardTuning,
): void {
  levels.forEach(({ record }, depth) => {
    if (record.state !== CHALLENGED || record.until - now > watchMs) return;
    if (verdicts[depth]?.decision !== 'allow') {
      if (decision !== 'allow') record.turnedAway = Math.min(MOST_SMALL, record.turnedAway + 1);
    } else if (challenged && decision === 'allow') {
      record.turnedAway = Math.max(0, record.turnedAway - 1);
      record.solved = Math.min(MOST_SMALL, record.solved + 1);
    }
  });
}
