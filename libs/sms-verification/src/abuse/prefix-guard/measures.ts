import { DAY_MS, MOST, type LevelRecord } from './level-record';
import type { PrefixGuardTuning } from './prefix-guard.tuning';

/** What a level is measured by in one call: computed once, before anything matures, coarse levels first. */
export interface Measures {
  /** 0 country, 1 operator, 2 range. */
  readonly depth: number;
  /** The long run's conversion, shrunk towards the parent's. */
  readonly conversion: number;
  /** Evidence of one trial that did not verify, above 0, and of one that did, below 0. */
  readonly bad: number;
  readonly good: number;
  /** Evidence at which the level trips, and at which it refuses challenged sends too. */
  readonly trips: number;
  readonly refuses: number;
  /** Sends that are usual in the time that pending ones take, in thousandths. */
  readonly usualPending: number;
  /** Unverified sends that may be pending, and challenged ones. */
  readonly burst: number;
  readonly challengedBurst: number;
  /** So many times what is usual in the end of a block in which demand is watched. */
  readonly usualDemand: number;
}

/** Numbers with a fraction are kept as whole thousandths, rounded so that Lua agrees. */
function thousandths(value: number): number {
  return Math.floor(value * 1000 + 0.5);
}

export function measure(
  record: LevelRecord,
  depth: number,
  parentConversion: number,
  tuning: PrefixGuardTuning,
): Measures {
  const { shrinkage, burstFactor } = tuning;
  const conversion = Math.floor(
    (record.verified * 1000 + shrinkage * parentConversion) / (record.trials + shrinkage) + 0.5,
  );
  const healthy = Math.min(tuning.healthyHigh, Math.max(tuning.healthyLow, conversion - tuning.margin));
  const attacked = Math.floor((healthy * tuning.attacked) / 1000 + 0.5);
  const volume = thousandths(Math.log(1 + record.usual / 1000 / tuning.volumeUnit));
  const usualPending = Math.floor((record.usual * tuning.slotMs * tuning.slots) / DAY_MS);
  const usualBurst = Math.floor((usualPending * burstFactor) / 1000);
  return {
    depth,
    conversion,
    bad: thousandths(Math.log((1000 - attacked) / (1000 - healthy))),
    good: thousandths(Math.log(attacked / healthy)),
    trips: (tuning.thresholds[depth] ?? 0) + Math.floor((volume * (tuning.volumeWeights[depth] ?? 0)) / 1000),
    refuses: (tuning.refuseThresholds[depth] ?? 0) + volume,
    usualPending,
    burst: Math.max(tuning.burst[depth] ?? 0, usualBurst),
    challengedBurst: Math.max(tuning.challengedBurst[depth] ?? 0, usualBurst),
    usualDemand: Math.floor((record.usual * tuning.demandFactor * tuning.watchMs) / DAY_MS / 1000),
  };
}

/** Carries the day's sends into the average: each day counts a quarter, the first day all. */
export function rollDay(record: LevelRecord, now: number): void {
  const day = Math.floor(now / DAY_MS);
  if (day <= record.day) return;
  if (record.usual === 0) record.usual = Math.min(MOST, record.today * 1000);
  else record.usual = averaged(record.usual, record.today);
  // After two weeks without a send the average is a fiftieth of what it was, and falls no further.
  const idle = Math.min(day - record.day - 1, 14);
  for (let passed = 0; passed < idle; passed += 1) record.usual = averaged(record.usual, 0);
  record.day = day;
  record.today = 0;
}

function averaged(usual: number, today: number): number {
  return Math.min(MOST, Math.floor((usual * 3 + today * 1000) / 4));
}
