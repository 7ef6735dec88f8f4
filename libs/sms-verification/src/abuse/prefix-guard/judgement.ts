import { open, refuse, trip } from './ladder';
import {
  CHALLENGED,
  MOST,
  OPEN,
  PROBING,
  REFUSED,
  UNBLOCKED,
  slotOf,
  type LevelRecord,
  type Pending,
} from './level-record';
import type { Measures } from './measures';
import type { PrefixGuardTuning } from './prefix-guard.tuning';

/** What one atomic step works on. */
export interface Step {
  readonly now: number;
  readonly tuning: PrefixGuardTuning;
  /** Nothing is enforced yet, and everything is learned from. */
  readonly warming: boolean;
}

/** Judges the slots that have ripened, oldest first. A level looks at no more than all its slots. */
export function mature(record: LevelRecord, measures: Measures, step: Step): void {
  const { slots } = step.tuning;
  const newest = slotOf(step.now, step.tuning);
  const oldest = record.slot - slots + 1;
  const ripe = Math.min(newest - slots, record.slot);
  for (let slot = oldest; slot <= ripe; slot += 1) {
    const index = slot % slots;
    judgePlain(record, measures, step, ...take(record.plain, index));
    judgeChallenged(record, measures, step, ...take(record.challenged, index));
  }
  record.slot = Math.max(record.slot, newest);
}

function take({ sent, verified }: Pending, index: number): [number, number] {
  const taken: [number, number] = [sent[index] ?? 0, verified[index] ?? 0];
  sent[index] = 0;
  verified[index] = 0;
  return taken;
}

function judgePlain(
  record: LevelRecord,
  measures: Measures,
  step: Step,
  sent: number,
  verified: number,
): void {
  if (sent === 0) return;
  const evidence = (sent - verified) * measures.bad + verified * measures.good;
  if (record.manual === UNBLOCKED) {
    learn(record, measures, step, sent, verified);
  } else if (record.state === OPEN) {
    record.suspicion = bounded(record.suspicion + evidence, measures.trips);
    if (step.warming || isCalm(record.suspicion, measures.trips, step)) {
      learn(record, measures, step, sent, verified);
    }
    if (record.suspicion >= measures.trips) trip(record, measures, step.now, step.tuning);
  } else if (record.state === PROBING) {
    if (step.warming) learn(record, measures, step, sent, verified);
    probe(record, measures, step, evidence);
  } else {
    // Sent before the level tripped, or let through by a guard that does not enforce.
    if (step.warming) learn(record, measures, step, sent, verified);
    reconsider(record, measures, step, evidence);
  }
}

function judgeChallenged(
  record: LevelRecord,
  measures: Measures,
  step: Step,
  sent: number,
  verified: number,
): void {
  if (sent === 0) return;
  if (record.state === OPEN) {
    judgePlain(record, measures, step, sent, verified);
    return;
  }
  const evidence = (sent - verified) * measures.bad + verified * measures.good;
  record.doubt = bounded(record.doubt + evidence, measures.refuses);
  if (record.state !== REFUSED && record.doubt >= measures.refuses) refuse(record, step.now, step.tuning);
}

/** A send that was judged unverified has verified after all. */
export function forgive(record: LevelRecord, measures: Measures, step: Step, challenged: boolean): void {
  record.verified = Math.min(record.trials, record.verified + 1);
  correct(record, measures, step, challenged, measures.good - measures.bad);
}

/** A send that was judged unverified was none. */
export function unjudge(record: LevelRecord, measures: Measures, step: Step, challenged: boolean): void {
  if (record.trials > record.verified) record.trials -= 1;
  if (record.today > 0) record.today -= 1;
  correct(record, measures, step, challenged, -measures.bad);
}

function correct(
  record: LevelRecord,
  measures: Measures,
  step: Step,
  challenged: boolean,
  evidence: number,
): void {
  if (record.state === OPEN) {
    record.suspicion = bounded(record.suspicion + evidence, measures.trips);
  } else if (challenged) {
    record.doubt = bounded(record.doubt + evidence, measures.refuses);
    if (record.state === REFUSED && isCalm(record.doubt, measures.refuses, step)) record.state = CHALLENGED;
  } else if (record.state === PROBING) {
    probe(record, measures, step, evidence);
  } else {
    reconsider(record, measures, step, evidence);
  }
}

/** More of the sends that tripped the level become known: with enough good news it was an error. */
function reconsider(record: LevelRecord, measures: Measures, step: Step, evidence: number): void {
  record.suspicion = bounded(record.suspicion + evidence, measures.trips);
  if (record.state === CHALLENGED && isCalm(record.suspicion, measures.trips, step)) open(record);
}

function probe(record: LevelRecord, measures: Measures, { now, tuning }: Step, evidence: number): void {
  record.probed += evidence;
  if (record.probed >= tuning.probeConfirms) trip(record, measures, now, tuning);
  else if (record.probed <= -tuning.probeCloses) open(record);
}

function learn(
  record: LevelRecord,
  { depth }: Measures,
  { tuning }: Step,
  sent: number,
  verified: number,
): void {
  record.trials += sent;
  record.verified += verified;
  record.today = Math.min(MOST, record.today + sent);
  while (record.trials >= (tuning.longRun[depth] ?? 0)) {
    record.trials = Math.floor(record.trials / 2);
    record.verified = Math.floor(record.verified / 2);
  }
}

function isCalm(evidence: number, threshold: number, { tuning }: Step): boolean {
  return evidence * 1000 < threshold * tuning.calm;
}

/** Evidence has no memory of good times, and no more than twice what is needed of bad ones. */
function bounded(evidence: number, threshold: number): number {
  return Math.min(2 * threshold, Math.max(0, evidence));
}
