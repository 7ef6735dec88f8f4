/** Every number of the guard. Shares, weights of evidence and rates are thousandths, as whole numbers. */
export interface PrefixGuardTuning {
  /** For so long after the first send that the guard ever saw nothing is enforced; 0: no warm-up. */
  readonly warmUpMs: number;
  /** Sends are counted in slots of this length. */
  readonly slotMs: number;
  /** So many slots, the current one among them, are pending; an older one is judged. */
  readonly slots: number;
  /** A verification later than this after its send is no news of it. */
  readonly lateMs: number;

  /** The conversion that a country is expected to have before it has shown its own. */
  readonly priorConversion: number;
  /** So many trials' worth of the parent's conversion are mixed into a level's own. */
  readonly shrinkage: number;
  /** Long-run trials of a country, an operator and a range at which both counts are halved. */
  readonly longRun: readonly number[];
  /** The healthy conversion tested against lies this much below the long run's, */
  readonly margin: number;
  /** and within these bounds. */
  readonly healthyLow: number;
  readonly healthyHigh: number;
  /** The attacked conversion, as a share of the healthy one. */
  readonly attacked: number;

  /** Evidence at which an open level trips, by level; grows by `volumeWeights` × ln(1 + sends a day / `volumeUnit`). */
  readonly thresholds: readonly number[];
  readonly volumeUnit: number;
  readonly volumeWeights: readonly number[];
  /** A level that trips takes so many thousandths of its threshold off the evidence against each coarser level. */
  readonly relief: number;
  /** Evidence against challenged sends at which a level refuses, by level; grows by ln(1 + sends a day / `volumeUnit`). */
  readonly refuseThresholds: readonly number[];
  /** Evidence from probes that an attack goes on, or that it is over. */
  readonly probeConfirms: number;
  readonly probeCloses: number;
  /** The long run learns below this share of the threshold, and late good news below it reopens a level. */
  readonly calm: number;

  /** Unverified sends that may be pending, by level; or `burstFactor` times what is usual, if that is more; and as many again as have verified. */
  readonly burst: readonly number[];
  /** The same for challenged sends of a level that asks for challenges. */
  readonly challengedBurst: readonly number[];
  readonly burstFactor: number;
  /** Unchallenged sends that may be pending while a level probes. */
  readonly probes: number;

  /** How long a level asks for challenges, or refuses: the n-th time in a row, the last one from then on. */
  readonly blocksMs: readonly number[];
  /** The row begins anew when nothing has tripped for so long. */
  readonly blockMemoryMs: number;
  /** The end of a block that asks for challenges, in which turned-away demand is watched; that prolongs it by as much. */
  readonly watchMs: number;
  /** Demand is what exceeds so many sends, */
  readonly demandFloor: number;
  /** and this many thousandths of the challenges solved; or so many times what is usual, where none is solved. */
  readonly demandToSolved: number;
  readonly demandFactor: number;
  /** A level that probes and sees too little to tell opens after so long. */
  readonly probeMs: number;

  /** A finer level is healthy, and stays open under a tripped coarser one, with so many trials, */
  readonly healthyTrials: number;
  /** at least this conversion, */
  readonly healthyConversion: number;
  /** and less evidence than this, where unusually many pending sends count as unverified. */
  readonly healthyEvidence: number;

  /** How long an idle level is remembered, by level, from the first news of its last day: of days, not hours. */
  readonly keepMs: readonly number[];
  /** How long the guard remembers that it has warmed up while it sees no send, to a day. */
  readonly keepStartMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lists go by level: country, operator, range. */
export const PREFIX_GUARD_TUNING: PrefixGuardTuning = Object.freeze({
  // A week holds every weekday once; a guard that starts cold refuses most of what it sees first.
  warmUpMs: 7 * DAY,
  // Most people type their code within a minute; 150 s after a send (5 whole slots) it is judged.
  slotMs: 30_000,
  slots: 6,
  lateMs: HOUR,

  priorConversion: 750,
  shrinkage: 30,
  // Long memories resist being taught: halving keeps between one and two thirds of the past.
  longRun: [20_000, 4_000, 1_000],
  // The margin makes the test's drift negative for every level that converts as it used to.
  margin: 50,
  healthyLow: 500,
  healthyHigh: 850,
  attacked: 600,

  // A CUSUM's false alarms fall by e for each unit of its threshold (and faster, for the margin).
  thresholds: [9_000, 8_000, 7_000],
  volumeUnit: 50,
  // A large country waits until its operators have had their say, and does not trip along with one of them.
  volumeWeights: [2_000, 1_000, 1_000],
  // Half: one attacked operator leaves its country open, and the second or third one after it does not.
  relief: 500,
  refuseThresholds: [7_000, 6_000, 5_000],
  // Wald: errors of about 5 % either way; a probe that goes wrong costs a message, not an outage.
  probeConfirms: 2_500,
  probeCloses: 3_000,
  calm: 500,

  burst: [30, 15, 8],
  challengedBurst: [12, 8, 5],
  burstFactor: 3,
  probes: 2,

  blocksMs: [HOUR, 3 * HOUR, 9 * HOUR, 12 * HOUR],
  blockMemoryMs: 2 * DAY,
  watchMs: HOUR,
  demandFloor: 6,
  // Where the client takes challenges, a tenth of people do not; where it cannot, people try again.
  demandToSolved: 500,
  demandFactor: 3,
  probeMs: 12 * HOUR,

  healthyTrials: 25,
  healthyConversion: 550,
  healthyEvidence: 1_000,

  keepMs: [90 * DAY, 45 * DAY, 14 * DAY],
  keepStartMs: 90 * DAY,
});
