import { Redis } from 'ioredis';
import { RedisServer } from '../../support/redis-server';
import { OurStorage, VARIANTS, WRONG, type Pending } from '../baselines/ours';
import { freshPhone } from '../../support/phones';
import { inFlight } from '../runner/in-flight';
import type { Part, Row } from '../runner/part';
import { summary } from '../runner/rounds';
import { infoNumber } from '../runner/server-side';
import { until } from '../../support/redis-ask';
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
      const fill: Fill = async (work) => {
        const client = new Redis(server.url);
        await work(new OurStorage(variant.open(client)), client);
        client.disconnect();
        // What the server keeps for a client that asks much goes with it: only what it has written is counted.
        await until('the client is gone', async () => {
          const clients = await infoNumber(redis, 'clients', /connected_clients:([0-9]+)/);
          return clients === 1;
        });
        return infoNumber(redis, 'memory', /used_memory:([0-9]+)/);
      };
      // Scripts are kept for good: what they take is there before anything is counted.
      await fill(async (ours) => {
        const first = await ours.issue();
        await ours.recordSent(first, 'first');
        await ours.verify(first, WRONG);
      });
      const found: Found[] = [];
      for (const size of SIZES) found.push(await measure(redis, fill, size));
      return { rows: rows(found), details: details(found) };
    } finally {
      redis.disconnect();
      await server.dispose();
    }
  },
};

/** Has a client of its own do something, and tells what memory is used when it has gone. */
type Fill = (work: (ours: OurStorage, client: Redis) => Promise<unknown>) => Promise<number>;

interface Found {
  readonly size: number;
  /** Bytes each. */
  readonly plain: number;
  readonly issued: number;
  readonly handedOver: number;
  /** Microseconds of the verify script. */
  readonly verify: number;
}

async function measure(redis: Redis, fill: Fill, size: number): Promise<Found> {
  const emptied = (): Promise<number> => fill((_ours, client) => client.flushall());
  const empty = await emptied();
  const plain = await fill((_ours, client) =>
    inFlight(size, CONCURRENCY, () => client.set(`sms:login:${freshPhone()}`, '123456', 'EX', 300)),
  );
  const before = await emptied();
  const pending: Pending[] = [];
  const issued = await fill((ours) =>
    inFlight(size, CONCURRENCY, async () => pending.push(await ours.issue())),
  );
  const handedOver = await fill((ours) =>
    inFlight(size, CONCURRENCY, async (index) => {
      const one = pending[index];
      if (one !== undefined) await ours.recordSent(one, `message-${String(index)}`);
    }),
  );
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await redis.config('RESETSTAT');
    await fill((ours) =>
      inFlight(GUESSES, CONCURRENCY, async (index) => {
        const one = pending[(index * 7_919) % size];
        if (one !== undefined) await ours.verify(one, WRONG);
      }),
    );
    times.push(await infoNumber(redis, 'commandstats', /cmdstat_evalsha:.*usec_per_call=([0-9.]+)/));
  }
  return {
    size,
    plain: (plain - empty) / size,
    issued: (issued - before) / size,
    handedOver: (handedOver - before) / size,
    verify: summary(times).lowest,
  };
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
      // No part of the verification, so without a budget: a record of its own, where a gateway names its messages.
      what: 'the same and, for an hour, the name of its message, by which a gateway’s report finds it',
      measured: largest.handedOver / largest.plain,
      ...less,
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
