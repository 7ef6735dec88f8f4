import { InProcessMoneyBudget } from '../../../../libs/sms-verification/src/abuse/budget/in-process.money-budget';
import type { MoneyBudget } from '../../../../libs/sms-verification/src/abuse/budget/money-budget';
import { ATTACKS } from '../attacks';
import { BASELINES, UNCHALLENGED } from '../baselines';
import { Guarded, type Clock } from '../baselines/guarded';
import { NoDefence } from '../baselines/none';
import { Pasts, rowsOf, runJobs, tell, type Job } from './jobs';
import { DayBudget, type Limits } from './money';
import type { Quiet, Row } from './report';
import { livePast, QUIET_DAYS, type AttackRun } from './scenarios';

const QUIET_RUN_DAYS = 35;

export interface Jobs {
  readonly all: readonly Job[];
  /** Against the guard and a budget, and against a budget alone: it is all the same there what bots do. */
  readonly budgeted: readonly Job[];
  readonly budgetAlone: readonly Job[];
}

/** Where guards and budgets keep what they know. */
export interface Ground {
  readonly guards: Pasts;
  readonly sideBySide: number;
  budget(clock: Clock): MoneyBudget;
}

export interface MoneyRuns {
  readonly budgeted: AttackRun[];
  readonly budgetAlone: AttackRun[];
  readonly all: AttackRun[];
}

export interface Question {
  readonly seeds: readonly string[];
  readonly quietSeeds: readonly string[];
  readonly limits: Limits;
}

/** Everything that runs in this process. */
export async function inProcess({ seeds, quietSeeds, limits }: Question) {
  const jobs = jobsFor(seeds);
  const ground: Ground = {
    guards: new Pasts('PrefixGuard', () => Guarded.inProcess()),
    sideBySide: 1,
    budget: (clock) => new InProcessMoneyBudget(() => clock.now),
  };
  return {
    model: await runJobs(jobs.all, ground.guards),
    money: await runMoney(jobs, ground, limits),
    undefended: await runJobs(jobs.budgetAlone, new Pasts('none', () => new NoDefence())),
    compared: await compare(jobs.all),
    quiet: await quietWeeks(quietSeeds),
  };
}

export type InProcess = Awaited<ReturnType<typeof inProcess>>;

export function jobsFor(seeds: readonly string[]): Jobs {
  const all = seeds.flatMap((seed) =>
    ATTACKS.flatMap((attack) => [0, 1].map((solves) => ({ attack, solves, seed }))),
  );
  const budgeted = all.filter(({ attack }) => attack.dear);
  return { all, budgeted, budgetAlone: budgeted.filter(({ solves }) => solves === 0) };
}

export async function runMoney(
  jobs: Jobs,
  { guards, sideBySide, budget }: Ground,
  limits: Limits,
): Promise<MoneyRuns> {
  const manner = {
    sideBySide,
    budget: () => {
      const clock = { now: 0 };
      return new DayBudget(budget(clock), clock, limits);
    },
  };
  const budgeted = await runJobs(jobs.budgeted, guards, manner);
  const alone = new Pasts('a budget alone', () => new NoDefence());
  const budgetAlone = await runJobs(jobs.budgetAlone, alone, manner);
  return { budgeted, budgetAlone, all: [...budgeted, ...budgetAlone] };
}

async function compare(all: readonly Job[]): Promise<Row[]> {
  // The baselines take no challenges; bots that do not either are the same to all.
  const plain = all.filter(({ solves, attack }) => solves === 0 && attack.kind !== 'unseen');
  const compared: Row[] = [];
  for (const [name, make] of BASELINES) {
    compared.push(...rowsOf(name, plain, await runJobs(plain, new Pasts(name, make))));
  }
  const guards = new Pasts(UNCHALLENGED, () => Guarded.inProcess());
  compared.push(...rowsOf(UNCHALLENGED, plain, await runJobs(plain, guards, { unchallenged: true })));
  return compared;
}

async function quietWeeks(quietSeeds: readonly string[]): Promise<Quiet[]> {
  const quiet: Quiet[] = [];
  const guards = [...BASELINES.slice(1, 4), ['PrefixGuard', () => Guarded.inProcess()] as const];
  for (const [name, make] of guards) {
    const boards = [];
    // Trips are rare, and ours are what is in question; the others are there to compare.
    const seeds = name === 'PrefixGuard' ? quietSeeds : quietSeeds.slice(0, 1);
    for (const seed of seeds) boards.push(await livePast(make(), seed, QUIET_RUN_DAYS));
    quiet.push({ defence: name, boards, days: QUIET_DAYS(QUIET_RUN_DAYS) });
    tell(`quiet weeks: ${name}`);
  }
  return quiet;
}
