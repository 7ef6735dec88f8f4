import { ExpiringMap } from '../../storage/in-process/expiring-map';
import { checkDuration } from './checks';
import { forgive, mature, unjudge, type Step } from './judgement';
import { open, passTime } from './ladder';
import {
  BLOCKED,
  CHALLENGED,
  DAY_MS,
  MOST_SMALL,
  NOT_MANUAL,
  OPEN,
  PROBING,
  UNBLOCKED,
  emptyRecord,
  slotOf,
  unverified,
  type LevelRecord,
  type Pending,
} from './level-record';
import { measure, rollDay, type Measures } from './measures';
import {
  LEVELS,
  PrefixGuard,
  type AssessRequest,
  type AssessedSend,
  type GuardDecision,
  type Level,
  type LevelState,
  type NumberLevels,
} from './prefix-guard';
import { PREFIX_GUARD_TUNING, type PrefixGuardTuning } from './prefix-guard.tuning';
import { answersOf, judge, type Measured } from './verdict';

const START = 'start';
const MARK = 8;

/**
 * Keeps everything in this process's memory. Atomic because no method awaits between its first look and its last
 * write. It is also the executable specification: RedisPrefixGuard must answer the same to the same calls.
 */
export class InProcessPrefixGuard extends PrefixGuard {
  private readonly records: ExpiringMap<LevelRecord>;
  /** When the first send was seen. */
  private readonly starts: ExpiringMap<number>;

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly tuning: PrefixGuardTuning = PREFIX_GUARD_TUNING,
  ) {
    super();
    this.records = new ExpiringMap(now);
    this.starts = new ExpiringMap(now);
  }

  override assess(request: AssessRequest): Promise<GuardDecision> {
    return Promise.resolve(this.assessNow(request));
  }

  override release(send: AssessedSend): Promise<void> {
    this.change(send, (level, pending, index, step, challenged) => {
      if (pending === undefined) {
        unjudge(level.record, level.measures, step, challenged);
      } else if ((pending.sent[index] ?? 0) > (pending.verified[index] ?? 0)) {
        pending.sent[index] = (pending.sent[index] ?? 0) - 1;
      }
    });
    return Promise.resolve();
  }

  override recordVerified(send: AssessedSend): Promise<void> {
    this.change(send, (level, pending, index, step, challenged) => {
      if (pending === undefined) {
        forgive(level.record, level.measures, step, challenged);
      } else if ((pending.verified[index] ?? 0) < (pending.sent[index] ?? 0)) {
        pending.verified[index] = (pending.verified[index] ?? 0) + 1;
      }
    });
    return Promise.resolve();
  }

  override async block(level: Level, levels: NumberLevels, durationMs: number): Promise<void> {
    checkDuration(durationMs);
    const { name, depth, record, now } = this.named(level, levels);
    record.manual = BLOCKED;
    record.manualUntil = now + durationMs;
    this.keep(name, depth, record, now);
    return Promise.resolve();
  }

  override async unblock(level: Level, levels: NumberLevels, durationMs: number): Promise<void> {
    checkDuration(durationMs);
    const { name, depth, record, now } = this.named(level, levels);
    open(record);
    record.blocks = 0;
    record.manual = UNBLOCKED;
    record.manualUntil = now + durationMs;
    this.keep(name, depth, record, now);
    return Promise.resolve();
  }

  override explain(levels: NumberLevels): Promise<readonly LevelState[]> {
    const step = this.step(this.now());
    const measured = LEVELS.map((level) => {
      const found = this.records.get(levels[level]);
      return found === undefined ? emptyRecord(step.now, this.tuning) : structuredClone(found);
    });
    const advanced = this.advance(measured, step);
    const answers = answersOf(advanced, step.now, this.tuning);
    return Promise.resolve(
      LEVELS.flatMap((level, depth) => {
        const [found, verdict] = [advanced[depth], answers[depth]];
        if (found === undefined || verdict === undefined) return [];
        const { decision, reason, waitMs } = verdict;
        const answer = { decision, reason, waitMs, enforced: !step.warming || reason === 'blocked' };
        return [{ ...stateOf(level, levels[level], found, step.now), answer }];
      }),
    );
  }

  private assessNow({ levels, known, challenged, resend, mode }: AssessRequest): GuardDecision {
    const now = this.now();
    const started = this.starts.get(START);
    const step = this.step(now);
    const meant = mode === 'enforce' && !step.warming;
    const found = LEVELS.map((level) => this.records.get(levels[level]));
    const records = found.map((record) => record ?? emptyRecord(now, this.tuning));
    const isRenewed = renewals(found, now);
    if (started === undefined || isRenewed[0] === true || known) this.keepStart(started ?? now, now);
    if (known) return { decision: 'allow', reason: 'known', waitMs: 0, enforced: meant, assessedAt: 0 };

    const measured = this.advance(records, step);
    const { decision, reason, waitMs, depth } = judge(measured, challenged, now, this.tuning);
    // What an operator blocks needs no warm-up, and no trust in the guard's own judgement.
    const enforced = meant || reason === 'blocked';
    const passes = decision === 'allow' || !enforced;
    const counted = passes && !resend;
    const from = countedFrom(records);
    records.forEach((record, index) => {
      if (counted && index >= from)
        count(challenged ? record.challenged : record.plain, record.slot % this.tuning.slots);
      // What is turned away leaves no record of its own: numbers that nobody sends to cost no memory.
      if (isRenewed[index] === true && (counted || found[index] !== undefined)) {
        this.keep(levels[LEVELS[index] ?? 'country'], index, record, now);
      }
    });
    const level = depth === undefined ? undefined : LEVELS[depth];
    return {
      decision,
      reason,
      level,
      waitMs,
      enforced,
      assessedAt: counted ? mark(now, from, challenged) : 0,
    };
  }

  /** Lets time pass in the three levels of a counted send, and corrects what is known of that send. */
  private change(
    { levels, assessedAt }: AssessedSend,
    correct: (
      level: Measured,
      pending: Pending | undefined,
      index: number,
      step: Step,
      challenged: boolean,
    ) => void,
  ): void {
    const now = this.now();
    const { slots, lateMs } = this.tuning;
    if (assessedAt <= 0 || assessedAt > now + MARK || assessedAt + lateMs <= now) return;
    const step = this.step(now);
    const challenged = assessedAt % 2 === 1;
    const from = Math.floor(assessedAt / 2) % 4;
    const slot = slotOf(assessedAt, this.tuning);
    const found = LEVELS.map((level) => this.records.get(levels[level]));
    const isRenewed = renewals(found, now);
    const started = this.starts.get(START);
    if (started !== undefined && found[0] !== undefined && isRenewed[0] === true)
      this.keepStart(started, now);
    const records = found.map((record) => record ?? emptyRecord(now, this.tuning));
    this.advance(records, step).forEach((level, depth) => {
      if (found[depth] === undefined) return;
      const { record } = level;
      if (isRenewed[depth] === true) this.keep(levels[LEVELS[depth] ?? 'country'], depth, record, now);
      if (depth < from) return;
      const pending = challenged ? record.challenged : record.plain;
      correct(level, slot > record.slot - slots ? pending : undefined, slot % slots, step, challenged);
    });
  }

  /** Brings the levels of one number, coarse to fine, up to this moment. */
  private advance(records: readonly LevelRecord[], step: Step): readonly Measured[] {
    let parentConversion = this.tuning.priorConversion;
    const levels = records.map((record, depth) => {
      if (record.manual !== NOT_MANUAL && record.manualUntil <= step.now) record.manual = NOT_MANUAL;
      rollDay(record, step.now);
      const measures = measure(record, depth, parentConversion, this.tuning);
      parentConversion = measures.conversion;
      return { record, measures };
    });
    // Fine levels first: what they trip for, the coarser ones need not.
    for (const { record, measures } of levels.toReversed()) {
      const wasOpen = record.state === OPEN;
      mature(record, measures, step);
      if (wasOpen && record.state !== OPEN) relieve(levels.slice(0, measures.depth), measures, this.tuning);
      passTime(record, measures, step.now, this.tuning);
    }
    return levels;
  }

  private step(now: number): Step {
    const started = this.starts.get(START) ?? now;
    return { now, tuning: this.tuning, warming: now < started + this.tuning.warmUpMs };
  }

  private named(
    level: Level,
    levels: NumberLevels,
  ): { readonly name: string; readonly depth: number; readonly record: LevelRecord; readonly now: number } {
    const now = this.now();
    const name = levels[level];
    const record = this.records.get(name) ?? emptyRecord(now, this.tuning);
    return { name, depth: LEVELS.indexOf(level), record, now };
  }

  private keepStart(started: number, now: number): void {
    this.starts.set(START, started, now + this.tuning.keepStartMs);
  }

  private keep(name: string, depth: number, record: LevelRecord, now: number): void {
    const idleUntil = now + (this.tuning.keepMs[depth] ?? 0);
    const manualUntil = record.manual === NOT_MANUAL ? 0 : record.manualUntil;
    this.records.set(name, record, Math.max(idleUntil, manualUntil));
  }
}

/** What a level has tripped for weighs less against the coarser ones, and not nothing: it may be one of many. */
function relieve(coarser: readonly Measured[], { trips }: Measures, { relief }: PrefixGuardTuning): void {
  for (const { record } of coarser) {
    record.suspicion = Math.max(0, record.suspicion - Math.floor((trips * relief) / 1000));
  }
}

/** Which levels are to be kept from now on: new ones, and those whose day is over. */
function renewals(found: readonly (LevelRecord | undefined)[], now: number): readonly boolean[] {
  const today = Math.floor(now / DAY_MS);
  return found.map((record) => record === undefined || record.day < today);
}

function count({ sent }: Pending, index: number): void {
  sent[index] = Math.min(MOST_SMALL, (sent[index] ?? 0) + 1);
}

/** The coarsest level that counts a send: what a level with suspicions lets through is a test of that level alone. */
function countedFrom(records: readonly LevelRecord[]): number {
  return Math.max(
    0,
    records.findLastIndex(({ state }) => state !== OPEN),
  );
}

/** The moment of a counted send, to 8 ms; the last three bits tell where it is counted. */
function mark(now: number, from: number, challenged: boolean): number {
  return now - (now % MARK) + 2 * from + (challenged ? 1 : 0);
}

function stateOf(
  level: Level,
  name: string,
  { record, measures }: Measured,
  now: number,
): Omit<LevelState, 'answer'> {
  const evidence = record.state === OPEN ? record.suspicion / measures.trips : 1;
  const known = {
    level,
    name,
    pending: unverified(record.plain) + unverified(record.challenged),
    conversion: measures.conversion / 1000,
    suspicion: Math.min(1, evidence),
  };
  if (record.manual !== NOT_MANUAL) {
    const state = record.manual === BLOCKED ? 'blocked' : 'unblocked';
    return { ...known, state, waitMs: record.manualUntil - now };
  }
  if (record.state === OPEN) return { ...known, state: 'open', waitMs: 0 };
  const waitMs = record.until - now;
  if (record.state === PROBING) return { ...known, state: 'probing', waitMs };
  return { ...known, state: record.state === CHALLENGED ? 'challenged' : 'refused', waitMs };
}
