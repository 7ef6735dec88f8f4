import { Redis } from 'ioredis';
import { RedisServer } from '../../support/redis-server';
import { OurStorage, VARIANTS, WRONG, type Pending } from '../baselines/ours';
import { freshPhone } from '../../support/phones';
import { inFlight } from '../runner/in-flight';
import type { Part, Row } from '../runner/part';
import { summary } from '../runner/rounds';
import { infoNumber } from '../runner/server-side';
import { short, table } from '../runner/tables';

/** A million takes minutes to fill: BENCH_MILLION=1. */
const SIZES = [1_000, 10_000, 100_000, ...(process.env['BENCH_MILLION'] === '1' ? [1_000_000] : [])];
const CONCURRENCY = 100;
const GUESSES = 2_000;
const ROUNDS = 5;

/** Bytes of a pending verification and time of its verify script, as pending ones grow in number. */
export const memory: Part = {
  name: 'memory',
  title: 'Memory of a pending verification, and growth',
  async run() {
    const server = await RedisServer.start('--appendonly', 'no');
    const redis = new Redis(server.url);
    try {
      const [variant] = VARIANTS;
      if (variant === undefined) throw new RangeError('no variant to measure');
      const ours = new OurStorage(variant.open(redis));
      // Scripts are kept for good: what they take is there before anything is counted.
      const first = await ours.issue();
      await ours.recordSent(first, 'first');
      await ours.verify(first, WRONG);
      const found: Found[] = [];
      for (const size of SIZES) found.push(await measure(redis, ours, size));
      return { rows: rows(found), details: details(found) };
    } finally {
      redis.disconnect();
      await server.dispose();
    }
  },
};

interface Found {
  readonly size: number;
  /** Bytes each. */
  readonly plain: number;
  readonly issued: number;
  readonly handedOver: number;
  /** Microseconds of the verify script. */
  readonly verify: number;
}

async function measure(redis: Redis, ours: OurStorage, size: number): Promise<Found> {
  const used = (): Promise<number> => infoNumber(redis, 'memory', /used_memory:([0-9]+)/);
  await redis.flushall();
  const empty = await used();
  await inFlight(size, CONCURRENCY, () => redis.set(`sms:login:${freshPhone()}`, '123456', 'EX', 300));
  const plain = ((await used()) - empty) / size;
  await redis.flushall();
  const before = await used();
  const pending: Pending[] = [];
  await inFlight(size, CONCURRENCY, async () => pending.push(await ours.issue()));
  const issued = ((await used()) - before) / size;
  await inFlight(size, CONCURRENCY, async (index) => {
    const one = pending[index];
    if (one !== undefined) await ours.recordSent(one, `message-${String(index)}`);
  });
  const handedOver = ((await used()) - before) / size;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await redis.config('RESETSTAT');
    await inFlight(GUESSES, CONCURRENCY, async (index) => {
      const one = pending[(index * 7_919) % size];
      if (one !== undefined) await ours.verify(one, WRONG);
    });
    times.push(await infoNumber(redis, 'commandstats', /cmdstat_evalsha:.*usec_per_call=([0-9.]+)/));
  }
  return { size, plain, issued, handedOver, verify: summary(times).lowest };
}

function rows(found: readonly Found[]): Row[] {
  const [smallest, largest] = [found[0], found.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const range = `from ${short(smallest.size)} to ${short(largest.size)} pending`;
  const less = { unit: '×', better: 'less' } as const;
  return [
    {
      what: 'Redis memory per pending verification against a plain `SET … EX 300`, as issued',
      measured: largest.issued / largest.plain,
      ...less,
      budget: 2.5,
      aim: 1.8,
    },
    {
      what: 'the same with the name that a gateway gave its message, by which reports find it for an hour',
      measured: largest.handedOver / largest.plain,
      ...less,
      budget: 2.5,
      aim: 1.8,
    },
    {
      what: `growth of the verify script's time ${range}`,
      measured: largest.verify / smallest.verify,
      ...less,
      budget: 1.3,
      aim: 1.15,
    },
    {
      what: `growth of the memory of one ${range}`,
      measured: largest.issued / smallest.issued,
      ...less,
      budget: 1.3,
      aim: 1.15,
    },
  ];
}

function details(found: readonly Found[]): string {
  const head = [
    'pending',
    'plain SET, B',
    'issued, B',
    'ratio',
    'with its message, B',
    'ratio',
    'verify, µs',
  ];
  const cells = found.map(({ size, plain, issued, handedOver, verify }) => [
    short(size),
    short(plain),
    short(issued),
    `${short(issued / plain)} ×`,
    short(handedOver),
    `${short(handedOver / plain)} ×`,
    short(verify),
  ]);
  return `${table(head, cells)}\n\nBy \`used_memory\`, the key and its place in Redis' tables included; those tables double at powers of two, which makes the figures of one size a little higher than those of another. The script's time is the lowest of ${String(ROUNDS)} rounds. BENCH_MILLION=1 adds a million.`;
}
