import type { Attack } from '../attacks/attack';
import type { Defence } from '../baselines/defence';
import type { Row } from './report';
import { attackRun, livePast, type AttackRun } from './scenarios';
import type { Budget } from './simulation';

/** One attack to run. */
export interface Job {
  readonly attack: Attack;
  readonly solves: number;
  readonly seed: string;
}

/** A defence that has lived the past, for each seed; made when it is first asked for. */
export class Pasts {
  private readonly bySeed = new Map<string, Promise<Defence>>();

  constructor(
    readonly name: string,
    private readonly make: () => Defence,
  ) {}

  of(seed: string): Promise<Defence> {
    const lived = this.bySeed.get(seed) ?? this.live(seed);
    this.bySeed.set(seed, lived);
    return lived;
  }

  private async live(seed: string): Promise<Defence> {
    const defence = this.make();
    await livePast(defence, seed);
    return defence;
  }
}

interface Manner {
  /** So many at once, each with a fork of the past: for defences that are waited for. */
  readonly sideBySide?: number;
  readonly unchallenged?: boolean;
  /** Makes the budget of each run. */
  readonly budget?: () => Budget;
}

/** Runs all jobs; the runs are in the order of the jobs. */
export async function runJobs(
  jobs: readonly Job[],
  pasts: Pasts,
  { sideBySide = 1, unchallenged, budget }: Manner = {},
): Promise<AttackRun[]> {
  // Pasts side by side too, where anything is.
  if (sideBySide > 1) await Promise.all(jobs.map(({ seed }) => pasts.of(seed)));
  const runs = new Map<Job, AttackRun>();
  // The longest first, so that none is left to run alone at the end.
  const waiting = [...jobs].sort((first, second) => second.attack.days - first.attack.days);
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const defence = await (await pasts.of(job.seed)).fork();
      runs.set(job, await attackRun(defence, { ...job, unchallenged, budget: budget?.() }));
      await defence.end?.();
      tell(`${pasts.name}: ${job.seed}, ${job.attack.name}`);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  return jobs.flatMap((job) => runs.get(job) ?? []);
}

/** How many runs of the same jobs decided every send alike. */
export function alike(runs: readonly AttackRun[], others: readonly AttackRun[]): number {
  return runs.filter(({ board }, index) => board.digest === others[index]?.board.digest).length;
}

/** The runs of one defence, by attack and bots. */
export function rowsOf(defence: string, jobs: readonly Job[], runs: readonly AttackRun[]): Row[] {
  const rows = new Map<string, Row & { readonly runs: AttackRun[] }>();
  jobs.forEach(({ attack: { name, kind, oneCountry }, solves }, index) => {
    const key = `${name} ${String(solves)}`;
    const row = rows.get(key) ?? { attack: name, kind, oneCountry, solves, defence, runs: [] };
    const run = runs[index];
    if (run !== undefined) row.runs.push(run);
    rows.set(key, row);
  });
  return [...rows.values()];
}

export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
