// What RedisPrefixGuard costs a Redis of its own: server time a call, by INFO commandstats and latencystats, and
// memory a level that is kept, by used_memory. The clock is the server's. Run:
//   npm run bench:guard -- [most prefixes]
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { RedisPrefixGuard } from '../../libs/sms-verification/src/abuse/prefix-guard/redis.prefix-guard';
import type {
  AssessRequest,
  NumberLevels,
} from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import { PREFIX_GUARD_TUNING } from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { RedisKeys } from '../../libs/sms-verification/src/storage/redis/redis-keys';
import { RedisServer } from '../support/redis-server';

const CALLS = 20_000;
/** An odd number. */
const ROUNDS = 5;
const IN_FLIGHT = 50;
/** One range of ten is sent to twice, every other send verifies. */
const AGAIN = 10;
const DAY_MS = 86_400_000;
const MANY = 1_000_000_000;

function levelsOf(prefix: number): NumberLevels {
  const operator = Math.floor(prefix / 500);
  const country = `${letter(operator / 20)}${letter(operator / 520)}`;
  const range = createHash('sha256').update(String(prefix)).digest('base64url').slice(0, 10);
  return { country, operator: `${country}-${String(operator % 1000)}`, range: `${country}-${range}` };
}

const letter = (number: number): string => String.fromCharCode(65 + (Math.floor(number) % 26));

async function inBatches(count: number, call: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += IN_FLIGHT) {
    const size = Math.min(IN_FLIGHT, count - from);
    await Promise.all(Array.from({ length: size }, (_, offset) => call(from + offset)));
  }
}

async function info(redis: Redis, section: string, pattern: RegExp): Promise<string> {
  return pattern.exec(await redis.info(section))?.[1] ?? '?';
}

/**
 * What no script can do without that reads four keys and writes three of them. On keys that are always the same it tells
 * how quick the machine is at the moment; on the guard's own, what it is to have so many of them.
 */
const BARE = `local read = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
for at = 2, 4 do redis.call('SETRANGE', KEYS[at], '0', string.sub(read[at] or 'x', 1, 1)) end
return #read`;

interface Timing {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
}

async function timed(
  redis: Redis,
  count: number,
  call: (index: number) => Promise<unknown>,
): Promise<Timing> {
  await call(0);
  await redis.config('RESETSTAT');
  await inBatches(count, call);
  const mean = await info(redis, 'commandstats', /cmdstat_evalsha:.*usec_per_call=([\d.]+)/);
  const latency = await info(redis, 'latencystats', /latency_percentiles_usec_evalsha:(.*)/);
  const at = (percentile: string): number => Number(new RegExp(`${percentile}=([\\d.]+)`).exec(latency)?.[1]);
  return { mean: Number(mean), p50: at('p50'), p99: at('p99') };
}

/** The middle of several rounds, each beside the bare script: other work on the machine weighs on all. */
async function serverTime(
  redis: Redis,
  what: string,
  prefixOf: (index: number) => number,
  call: (prefix: number) => Promise<unknown>,
): Promise<void> {
  const sha = String(await redis.script('LOAD', BARE));
  const bare = (prefix: number): Promise<unknown> => redis.evalsha(sha, 4, ...keysOf(levelsOf(prefix)));
  const rounds: { guard: Timing; hot: Timing; cold: Timing }[] = [];
  const count = CALLS / ROUNDS;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Others each time: what has just been asked is in the processor's cache.
    const from = 2 * round * count;
    const hot = await timed(redis, count, () => bare(0));
    const cold = await timed(redis, count, (index) => bare(prefixOf(from + index)));
    const guard = await timed(redis, count, (index) => call(prefixOf(from + count + index)));
    rounds.push({ hot, cold, guard });
  }
  const middle = (of: (round: (typeof rounds)[number]) => number): string =>
    (rounds.map(of).sort((first, second) => first - second)[Math.floor(ROUNDS / 2)] ?? NaN).toFixed(1);
  process.stdout.write(
    `  ${what.padEnd(24)} mean ${middle(({ guard }) => guard.mean)} µs, p50 ${middle(({ guard }) => guard.p50)}, ` +
      `p99 ${middle(({ guard }) => guard.p99)}; bare script p50 ${middle(({ hot }) => hot.p50)} on hot keys, ` +
      `${middle(({ cold }) => cold.p50)} on these; ratio to the latter ${middle(({ guard, cold }) => guard.p50 / cold.p50)}\n`,
  );
}

const KEYS = new RedisKeys('sms:');

function keysOf({ country, operator, range }: NumberLevels): string[] {
  return [KEYS.guardStart(), ...[country, operator, range].map((level) => KEYS.guardLevel(level))];
}

async function main(): Promise<void> {
  const most = Number(process.argv[2] ?? 1_000_000);
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  const request = { known: false, challenged: false, resend: false, mode: 'enforce' } as const;
  for (let prefixes = 1_000; prefixes <= most; prefixes *= 10) {
    await redis.flushall();
    const guard = new RedisPrefixGuard(redis);
    const ask = (prefix: number, changed: Partial<AssessRequest> = {}, by = guard) =>
      by.assess({ ...request, ...changed, levels: levelsOf(prefix) });
    // So much is sent at once here that every country is in a burst; to this one the same traffic is a quiet day's.
    const calm = new RedisPrefixGuard(redis, 'sms:', { ...PREFIX_GUARD_TUNING, burst: [MANY, MANY, MANY] });
    const fill = (): Promise<void> =>
      inBatches(prefixes, async (prefix) => {
        const { assessedAt } = await ask(prefix);
        if (prefix % 2 === 0) await guard.recordVerified({ levels: levelsOf(prefix), assessedAt });
        if (prefix % AGAIN === 0) await ask(prefix);
      });
    await fill();
    const full = Number(await info(redis, 'memory', /used_memory:(\d+)/));
    const keys = await redis.dbsize();
    // Scripts and the buffers of the connection are there in both.
    await redis.flushall();
    const empty = Number(await info(redis, 'memory', /used_memory:(\d+)/));
    const each = ((full - empty) / keys).toFixed(1);
    await fill();
    process.stdout.write(`${String(prefixes)} prefixes (${String(keys)} keys): ${each} B a key\n`);

    const any = (index: number): number => (index * 7919) % prefixes;
    await serverTime(redis, 'burst, warming up', any, (prefix) => ask(prefix));
    const start = Buffer.alloc(6);
    start.writeUIntBE(Date.now() - PREFIX_GUARD_TUNING.warmUpMs - DAY_MS, 0, 6);
    await redis.set('sms:{guard}:start', start, 'PX', DAY_MS);
    await serverTime(redis, 'quiet: counted', any, (prefix) => ask(prefix, {}, calm));
    await serverTime(redis, 'burst: turned away', any, (prefix) => ask(prefix));
    await serverTime(redis, 'a known number', any, (prefix) => ask(prefix, { known: true }));
    const now = Date.now();
    const assessedAt = now - (now % 8);
    await serverTime(redis, 'recordVerified', any, (prefix) =>
      guard.recordVerified({ levels: levelsOf(prefix), assessedAt }),
    );
  }
  redis.disconnect();
  await server.dispose();
}

void main();
