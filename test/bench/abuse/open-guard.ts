import { Redis } from 'ioredis';
import { InProcessPrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/in-process.prefix-guard';
import type { PrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { RedisPrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/redis.prefix-guard';
import { RedisServer } from '../../support/redis-server';
import { Guarded, type Clock, type ForkGuard } from './baselines/guarded';

interface OpenGuard {
  readonly guard: PrefixGuard;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** A guard for one trace, in this process or on a Redis of its own. */
export async function openGuard(
  onRedis: boolean,
  changes: Partial<PrefixGuardTuning> = {},
): Promise<OpenGuard> {
  const tuning = { ...PREFIX_GUARD_TUNING, ...changes };
  const clock = { now: 0 };
  if (!onRedis) {
    return {
      guard: new InProcessPrefixGuard(() => clock.now, tuning),
      clock,
      close: () => Promise.resolve(),
    };
  }
  const redis = await BenchRedis.start();
  return { guard: redis.guard('replay:', clock, tuning), clock, close: () => redis.close() };
}

const COPY_ALL = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  redis.call('COPY', key, ARGV[2] .. string.sub(key, #ARGV[1] + 1))
end`;
const DROP_ALL = `for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('UNLINK', key) end`;

/** A Redis for the benchmark: each guard has keys of its own there. */
export class BenchRedis {
  private guards = 0;

  private constructor(
    private readonly server: RedisServer,
    private readonly client: Redis,
  ) {}

  static async start(): Promise<BenchRedis> {
    const server = await RedisServer.start('--appendonly', 'no');
    // What several guards ask in one turn travels together.
    return new BenchRedis(server, new Redis(server.url, { enableAutoPipelining: true }));
  }

  guard(prefix: string, clock: Clock, tuning: PrefixGuardTuning = PREFIX_GUARD_TUNING): RedisPrefixGuard {
    return new RedisPrefixGuard(this.client, prefix, tuning, () => clock.now);
  }

  /** A guard to live a past with; its forks begin with copies of its keys. */
  guarded(): { readonly defence: Guarded; readonly prefix: string } {
    const prefix = this.newPrefix();
    const clock = { now: 0 };
    const fork: ForkGuard = async (_guard, to) => {
      const copy = this.newPrefix();
      await this.client.eval(COPY_ALL, 0, prefix, copy);
      return this.guard(copy, to);
    };
    return { defence: new Guarded(this.guard(prefix, clock), clock, fork), prefix };
  }

  async drop(prefix: string): Promise<void> {
    await this.client.eval(DROP_ALL, 0, prefix);
  }

  /** Server time of all scripts so far, by Redis's own count, and what a key of the guard costs in memory. */
  async costs(prefix: string): Promise<{ calls: number; microseconds: number; bytesPerKey: number }> {
    const stats = await this.client.info('commandstats');
    const evalsha = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats);
    const keys = await this.client.keys(`${prefix}*`);
    const sizes = await Promise.all(keys.slice(0, 10_000).map((key) => this.client.memory('USAGE', key)));
    const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    const calls = Number(evalsha?.[1] ?? 0);
    return {
      calls,
      microseconds: Number(evalsha?.[2] ?? 0) / Math.max(1, calls),
      bytesPerKey: bytes / Math.max(1, sizes.length),
    };
  }

  async close(): Promise<void> {
    this.client.disconnect();
    await this.server.dispose();
  }

  private newPrefix(): string {
    this.guards += 1;
    return `bench${String(this.guards)}:`;
  }
}
