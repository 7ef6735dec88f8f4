import { parseArgs } from 'node:util';
import { bench } from './bench';
import { openGuard } from './open-guard';
import { replay } from './replay';

const DAY_MS = 24 * 3_600_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      replay: { type: 'boolean', default: false },
      redis: { type: 'boolean', default: false },
      model: { type: 'boolean', default: false },
      'warm-up-days': { type: 'string', default: '0' },
      seeds: { type: 'string' },
    },
  });
  if (!values.replay) {
    await bench({ onRedis: !values.model, seeds: values.seeds?.split(',') });
    return;
  }
  const days = Number(values['warm-up-days']);
  if (!(days >= 0)) throw new RangeError('--warm-up-days is a number of days');
  const { guard, clock, close } = await openGuard(values.redis, { warmUpMs: Math.floor(days * DAY_MS) });
  try {
    await replay(guard, clock);
  } finally {
    await close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
