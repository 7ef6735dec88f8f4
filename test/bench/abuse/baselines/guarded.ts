import { InProcessPrefixGuard } from '../../../../libs/sms-verification/src/abuse/prefix-guard/in-process.prefix-guard';
import { levelsOfE164 } from '../../../../libs/sms-verification/src/abuse/prefix-guard/number-levels';
import type {
  NumberLevels,
  PrefixGuard,
} from '../../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import type { Answer, Defence, Send } from './defence';

const KEY = 'a key for the names of simulated ranges';

export interface Clock {
  now: number;
}

/** Makes a copy of a guard, with a clock of its own. */
export type ForkGuard = (guard: PrefixGuard, clock: Clock) => Promise<GuardFork>;

export interface GuardFork {
  readonly guard: PrefixGuard;
  readonly end?: (() => Promise<void>) | undefined;
}

/** A PrefixGuard, which is told the time of each event. */
export class Guarded implements Defence {
  constructor(
    private readonly guard: PrefixGuard,
    private readonly clock: Clock,
    private readonly forkGuard: ForkGuard,
    /** Whether it is told which numbers have verified. */
    private readonly knowsNumbers = true,
    private readonly endGuard?: () => Promise<void>,
  ) {}

  static inProcess(changes: Partial<PrefixGuardTuning> = {}, knowsNumbers = true): Guarded {
    const tuning = { ...PREFIX_GUARD_TUNING, ...changes };
    const clock = { now: 0 };
    const guard = new InProcessPrefixGuard(() => clock.now, tuning);
    const fork: ForkGuard = (from, to) => Promise.resolve({ guard: forkInProcess(from, to, tuning) });
    return new Guarded(guard, clock, fork, knowsNumbers);
  }

  async assess(send: Send): Promise<Answer> {
    this.clock.now = send.at;
    const levels = levelsFor(send);
    const answer = await this.guard.assess({
      levels,
      known: this.knowsNumbers && send.known,
      challenged: send.challenged,
      resend: send.resend,
      mode: 'enforce',
    });
    return {
      decision: answer.decision,
      reason: answer.reason,
      range: answer.level === undefined ? undefined : levels[answer.level],
      enforced: answer.enforced,
      mark: answer.assessedAt,
    };
  }

  async verified(send: Send, mark: number, at: number): Promise<void> {
    if (mark === 0) return;
    this.clock.now = at;
    await this.guard.recordVerified({ levels: levelsFor(send), assessedAt: mark });
  }

  async release(send: Send, mark: number, at: number): Promise<void> {
    if (mark === 0) return;
    this.clock.now = at;
    await this.guard.release({ levels: levelsFor(send), assessedAt: mark });
  }

  async fork(): Promise<Defence> {
    const clock = { now: this.clock.now };
    const { guard, end } = await this.forkGuard(this.guard, clock);
    return new Guarded(guard, clock, this.forkGuard, this.knowsNumbers, end);
  }

  async end(): Promise<void> {
    await this.endGuard?.();
  }
}

export function levelsFor({ phone, country }: Pick<Send, 'phone' | 'country'>): NumberLevels {
  return levelsOfE164(phone, country, KEY);
}

/** Looks inside on purpose: nobody but this benchmark has two guards with one past. */
function forkInProcess(from: PrefixGuard, clock: Clock, tuning: PrefixGuardTuning): InProcessPrefixGuard {
  const copy = new InProcessPrefixGuard(() => clock.now, tuning);
  for (const field of ['records', 'starts']) {
    const source = entriesOf(Reflect.get(from, field));
    const target = entriesOf(Reflect.get(copy, field));
    for (const [key, entry] of source) target.set(key, structuredClone(entry));
  }
  return copy;
}

function entriesOf(expiringMap: unknown): Map<string, unknown> {
  const entries: unknown =
    typeof expiringMap === 'object' && expiringMap !== null ? Reflect.get(expiringMap, 'entries') : undefined;
  if (!(entries instanceof Map)) throw new TypeError('the guard keeps its records otherwise than it did');
  return entries as Map<string, unknown>;
}
