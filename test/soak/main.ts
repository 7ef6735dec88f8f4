// People, API processes and a Cluster, hour after hour, while one fault strikes after the other. Run: npm run soak --
// --minutes N [--seed S]
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from './options';
import { Soak } from './soak';
import { verdicts, verdictTable, type Verdict } from './verdicts';

const RESULTS = join(__dirname, '../../test-results');
const MINUTE_MS = 60_000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), randomUUID().slice(0, 8));
  const { minutes, seed, sabotage } = options;
  const broken = sabotage === undefined ? '' : `, broken on purpose: ${sabotage}`;
  process.stdout.write(`Soaking for ${String(minutes)} minutes, seed ${seed}${broken}\n`);
  const soak = await Soak.start(options);
  // Asked to end, it ends with what it has seen so far. A bug of its own must not leave servers behind.
  const hurry = (): void => {
    soak.hurry();
  };
  process.once('SIGINT', hurry).once('SIGTERM', hurry);
  process.once('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    void soak.dispose().finally(() => process.exit(1));
  });
  let minute = 0;
  const clock = setInterval(() => {
    process.stdout.write(`minute ${String(++minute)}: ${soak.progress}\n`);
  }, MINUTE_MS);
  try {
    await soak.run(minutes * MINUTE_MS);
    const evidence = await soak.evidence();
    const found = verdicts(evidence);
    const faults = [...evidence.faults].map(([name, count]) => `${name} ${String(count)} ×`);
    process.stdout.write(`\nFaults: ${faults.sort().join(', ')}\n\n${verdictTable(found)}\n`);
    if (found.some(({ kept }) => kept === false)) {
      process.stdout.write(`\n${soak.particulars.join('\n')}\nAgain: npm run soak -- --seed ${seed}\n`);
      process.exitCode = 1;
    }
    keep(found);
  } finally {
    clearInterval(clock);
    await soak.dispose();
  }
}

/** The numbers that .ci/run adds up. */
function keep(found: readonly Verdict[]): void {
  const count = (kept: boolean | undefined): number =>
    found.filter((verdict) => verdict.kept === kept).length;
  mkdirSync(RESULTS, { recursive: true });
  const numbers = { passed: count(true), failed: count(false), skipped: count(undefined) };
  writeFileSync(join(RESULTS, 'verdict-soak.json'), `${JSON.stringify(numbers)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
