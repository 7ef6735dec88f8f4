import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ATTACKS } from './attacks';
import type { Attack } from './attacks/attack';
import type { Defence } from './baselines/defence';
import { Guarded } from './baselines/guarded';
import { IpLimit } from './baselines/ip-limit';
import { NoDefence } from './baselines/none';
import { UnverifiedBuckets } from './baselines/unverified-buckets';
import { BenchRedis } from './open-guard';
import { document } from './runner/document';
import type { Quiet, Row } from './runner/report';
import { attackRun, livePast, QUIET_DAYS, type AttackRun } from './runner/scenarios';

/** Numbers were chosen on seeds that begin with `t`; seeds that begin with `r` have been looked at since. */
const REPORTED_SEEDS = ['s1'];
const QUIET_SEEDS = ['s1', 's2', 's3'];
const QUIET_RUN_DAYS = 35;
/** So many attacks run on Redis side by side, each with a past and a clock of its own. */
const SIDE_BY_SIDE = 12;

const NEVER = 1_000_000_000;

const BASELINES: readonly (readonly [string, () => Defence])[] = [
  ['none', () => new NoDefence()],
  ['10 an hour per IP', () => new IpLimit()],
  ['unverified buckets', () => new UnverifiedBuckets()],
  ['without known numbers', () => Guarded.inProcess({}, false)],
  [
    'countries alone',
    () =>
      Guarded.inProcess({
        thresholds: [9_000, NEVER, NEVER],
        burst: [30, NEVER, NEVER],
        challengedBurst: [12, NEVER, NEVER],
        healthyTrials: NEVER,
      }),
  ],
  [
    'without a cap on bursts',
    () => Guarded.inProcess({ burst: [NEVER, NEVER, NEVER], challengedBurst: [NEVER, NEVER, NEVER] }),
  ],
];

interface Job {
  readonly attack: Attack;
  readonly solves: number;
  readonly seed: string;
}

/** Runs everything, and writes docs/abuse-simulation.md. */
export async function bench({
  onRedis,
  seeds = REPORTED_SEEDS,
}: {
  readonly onRedis: boolean;
  readonly seeds?: readonly string[] | undefined;
}): Promise<void> {
  const began = performance.now();
  const jobs = seeds.flatMap((seed) =>
    ATTACKS.flatMap((attack) => [0, 1].map((solves) => ({ attack, solves, seed }))),
  );
  const redis = onRedis ? await runOnRedis(jobs) : undefined;
  const model = await runInProcess('PrefixGuard', () => Guarded.inProcess(), jobs);
  const agreement =
    redis === undefined
      ? undefined
      : {
          runs: jobs.length,
          alike: jobs.filter((_job, index) => redis.runs[index]?.board.digest === model[index]?.board.digest)
            .length,
          costs: redis.costs,
        };
  const headline = rowsOf('PrefixGuard', jobs, redis?.runs ?? model);

  const compared: Row[] = [];
  // The baselines take no challenges; bots that do not either are the same to all.
  const plain = jobs.filter(({ solves, attack }) => solves === 0 && attack.kind !== 'unseen');
  for (const [name, make] of BASELINES) {
    compared.push(...rowsOf(name, plain, await runInProcess(name, make, plain)));
  }
  const unchallenged = await runInProcess('without challenges', () => Guarded.inProcess(), plain, true);
  compared.push(...rowsOf('without challenges', plain, unchallenged));
  compared.push(...headline.filter(({ solves, kind }) => solves === 0 && kind !== 'unseen'));

  const quiet: Quiet[] = [];
  const guards: readonly (readonly [string, () => Defence])[] = [
    ...BASELINES.slice(1, 4),
    ['PrefixGuard', () => Guarded.inProcess()],
  ];
  for (const [name, make] of guards) {
    const boards = [];
    // Trips are rare, and ours are what is in question; the others are there to compare.
    const quietSeeds = name === 'PrefixGuard' ? QUIET_SEEDS : QUIET_SEEDS.slice(0, 1);
    for (const seed of quietSeeds) boards.push(await livePast(make(), seed, QUIET_RUN_DAYS));
    quiet.push({ defence: name, boards, days: QUIET_DAYS(QUIET_RUN_DAYS) });
    tell(`quiet weeks: ${name}`);
  }

  const path = join(__dirname, '../../../docs/abuse-simulation.md');
  const written = document({ seeds, quietSeeds: QUIET_SEEDS, headline, compared, quiet, agreement });
  const text = await format(written, { ...(await resolveConfig(path)), filepath: path });
  writeFileSync(path, text);
  process.stdout.write(text);
  tell(`${((performance.now() - began) / 1000).toFixed(0)} s`);
}

async function runOnRedis(jobs: readonly Job[]) {
  const redis = await BenchRedis.start();
  try {
    const bases = new Map<string, { readonly defence: Guarded; readonly prefix: string }>();
    for (const { seed } of jobs) {
      if (bases.has(seed)) continue;
      const base = redis.guarded();
      await livePast(base.defence, seed);
      bases.set(seed, base);
      tell(`Redis: the past of seed ${seed}`);
    }
    const runs = new Array<AttackRun | undefined>(jobs.length);
    const waiting = jobs.map((job, index) => ({ ...job, index }));
    const work = async (): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        const base = bases.get(job.seed);
        if (base === undefined) throw new Error('a seed has no past');
        runs[job.index] = await attackRun(await base.defence.fork(), job.attack, job.seed, job.solves);
        tell(`Redis: ${job.attack.name}`);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    const [first] = bases.values();
    const costs = await redis.costs(first?.prefix ?? '');
    return { runs: runs.filter((run) => run !== undefined), costs };
  } finally {
    await redis.close();
  }
}

async function runInProcess(
  name: string,
  make: () => Defence,
  jobs: readonly Job[],
  unchallenged = false,
): Promise<AttackRun[]> {
  const bases = new Map<string, Defence>();
  const runs: AttackRun[] = [];
  for (const { attack, solves, seed } of jobs) {
    const base = bases.get(seed) ?? make();
    if (!bases.has(seed)) await livePast(base, seed);
    bases.set(seed, base);
    runs.push(await attackRun(await base.fork(), attack, seed, solves, unchallenged));
    tell(`${name}: ${attack.name}`);
  }
  return runs;
}

function rowsOf(defence: string, jobs: readonly Job[], runs: readonly AttackRun[]): Row[] {
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

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
