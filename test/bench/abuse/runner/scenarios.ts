import { attackSessions } from '../attacks';
import type { Attack } from '../attacks/attack';
import type { Defence } from '../baselines/defence';
import { HonestTraffic } from '../traffic/honest';
import { Random } from '../traffic/random';
import { DAY, EPOCH, HOUR, MINUTE, type Session } from '../traffic/session';
import { Scoreboard, type Window } from './scoreboard';
import { Simulation, type Budget } from './simulation';

/** A week of warm-up, and a quiet week. */
export const PAST_DAYS = 14;
export const WARM_UP_DAYS = 7;
/** Traffic goes on for two days after an attack, so that recovery can be seen. */
const AFTER_DAYS = 2;

export const ATTACK_START = EPOCH + PAST_DAYS * DAY + 9 * HOUR;

const NOBODY: ReadonlySet<string> = new Set();

/** The past that every attack meets; the score is that of the quiet days after the warm-up. */
export async function livePast(
  defence: Defence,
  seed: string,
  days: number = PAST_DAYS,
): Promise<Scoreboard> {
  const window: Window = { from: EPOCH + WARM_UP_DAYS * DAY, to: EPOCH + days * DAY, attacked: NOBODY };
  const board = new Scoreboard(window);
  await new Simulation(defence, board).run(honestDays(seed, 0, days));
  return board;
}

export const QUIET_DAYS = (days: number): number => days - WARM_UP_DAYS;

export interface Conditions {
  readonly attack: Attack;
  readonly seed: string;
  /** The share of challenges that bots take. */
  readonly solves: number;
  /** Nobody takes one. */
  readonly unchallenged?: boolean | undefined;
  readonly budget?: Budget | undefined;
}

export interface AttackRun {
  readonly board: Scoreboard;
  /** From the attack's last send to the last honest send that was turned away in an attacked country. */
  readonly recoveryMs: number;
}

/** Attacks a defence that has lived the past. */
export async function attackRun(
  defence: Defence,
  { attack, seed, solves, unchallenged = false, budget }: Conditions,
): Promise<AttackRun> {
  const fraud = attackSessions(attack, ATTACK_START, new Random(seed, attack.name), solves);
  const attacked = new Set(fraud.map(({ country }) => country));
  const end = fraud.at(-1)?.at ?? ATTACK_START;
  const board = new Scoreboard({ from: ATTACK_START, to: end, attacked });
  const honest = honestDays(seed, PAST_DAYS, PAST_DAYS + attack.days + AFTER_DAYS);
  await new Simulation(defence, board, budget).run(
    unchallenged ? untaken(merge(honest, fraud)) : merge(honest, fraud),
  );
  return { board, recoveryMs: Math.max(0, board.lastTurnedAway - end) };
}

function* honestDays(seed: string, from: number, to: number): Generator<Session> {
  const traffic = new HonestTraffic(seed);
  // What began before the first day has ended by then.
  const start = from === 0 ? EPOCH : EPOCH + from * DAY + 30 * MINUTE;
  for (let day = from; day < to; day += 1) {
    for (const session of traffic.day(day)) if (session.at >= start) yield session;
  }
}

/** The same people, none of whom takes a challenge. */
function* untaken(sessions: Iterable<Session>): Generator<Session> {
  for (const session of sessions) yield { ...session, solvesAfterMs: undefined };
}

function* merge(honest: Iterable<Session>, fraud: readonly Session[]): Generator<Session> {
  let next = 0;
  for (const session of honest) {
    for (let other = fraud[next]; other !== undefined && other.at <= session.at; other = fraud[next]) {
      yield other;
      next += 1;
    }
    yield session;
  }
  yield* fraud.slice(next);
}
