import { CHALLENGED, OPEN, PROBING, REFUSED, type LevelRecord } from './level-record';
import type { Measures } from './measures';
import type { PrefixGuardTuning } from './prefix-guard.tuning';

// open → challenged → refused, and back down: refused → challenged → probing → open.

/** The level asks for challenges. */
export function trip(record: LevelRecord, { trips }: Measures, now: number, tuning: PrefixGuardTuning): void {
  beginBlock(record, now, tuning);
  record.state = CHALLENGED;
  record.suspicion = Math.max(record.suspicion, trips);
  record.doubt = 0;
  record.probed = 0;
}

/** The level refuses challenged sends too. */
export function refuse(record: LevelRecord, now: number, tuning: PrefixGuardTuning): void {
  beginBlock(record, now, tuning);
  record.state = REFUSED;
}

export function open(record: LevelRecord): void {
  record.state = OPEN;
  record.until = 0;
  record.suspicion = 0;
  record.doubt = 0;
  record.probed = 0;
  forgetDemand(record);
}

/** Follows the states that time ends, each at its own end, until one lasts beyond `now`. */
export function passTime(
  record: LevelRecord,
  measures: Measures,
  now: number,
  tuning: PrefixGuardTuning,
): void {
  while (record.state !== OPEN && record.until <= now) {
    // Demand is news for as long again as it was watched.
    const demanded = isDemanded(record, measures, tuning) && now < record.until + tuning.watchMs;
    forgetDemand(record);
    if (record.state === PROBING) {
      open(record);
    } else if (record.state === REFUSED) {
      // At its end, whoever asks: demand costs a stranger nothing, and would refuse those who solve challenges.
      record.state = CHALLENGED;
      record.until += tuning.watchMs;
      // What has been confirmed before is confirmed with half the evidence.
      record.doubt = Math.floor(measures.refuses / 2);
    } else if (demanded) {
      record.until = now + tuning.watchMs;
    } else {
      record.state = PROBING;
      record.until += tuning.probeMs;
      record.probed = 0;
    }
  }
}

function beginBlock(record: LevelRecord, now: number, tuning: PrefixGuardTuning): void {
  if (record.blockedAt + tuning.blockMemoryMs <= now) record.blocks = 0;
  record.until = now + (tuning.blocksMs[record.blocks] ?? 0);
  record.blocks = Math.min(record.blocks + 1, tuning.blocksMs.length - 1);
  record.blockedAt = now;
  forgetDemand(record);
}

/** Whether more were turned away than honest people are: some do not take challenges, where others do. */
function isDemanded(
  { turnedAway, solved }: LevelRecord,
  { usualDemand }: Measures,
  { demandFloor, demandToSolved }: PrefixGuardTuning,
): boolean {
  const honest = solved === 0 ? usualDemand : Math.floor((solved * demandToSolved) / 1000);
  return turnedAway > demandFloor + honest;
}

function forgetDemand(record: LevelRecord): void {
  record.turnedAway = 0;
  record.solved = 0;
}
