import { Redis } from 'ioredis';
import type { MoneyBudget } from '../../../libs/sms-verification/src/abuse/budget/money-budget';
import { RedisMoneyBudget } from '../../../libs/sms-verification/src/abuse/budget/redis.money-budget';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { RedisPrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/redis.prefix-guard';
import { RedisServer } from '../../support/redis-server';
import { Guarded, type Clock, type ForkGuard } from './baselines/guarded';
import { measureLatency, type Latency } from './runner/latency';

const COPY = `
for index = 3, #ARGV do
  redis.call('COPY', ARGV[1] .. ARGV[index], ARGV[2] .. ARGV[index])
end`;
/** So many keys at a time: a script that takes long would stop all other guards. */
const BATCH = 2_000;

/** On one alone all guards would ask in one turn, and this process and Redis would work by turns. */
const CONNECTIONS = 4;

export interface Costs {
  readonly calls: number;
  readonly microseconds: number;
  readonly bytesPerKey: number;
  /** Of how many keys the last is the mean. */
  readonly keys: number;
}

/** A Redis for the benchmark: each guard has keys of its own there. */
export class BenchRedis {
  private guards = 0;
  private readonly pasts: string[] = [];
  /** Names of the keys of each past, without their prefix; searching for them goes through all keys of all guards. */
  private readonly names = new Map<string, Promise<string[]>>();

  private constructor(
    private readonly server: RedisServer,
    private readonly clients: readonly [Redis, ...Redis[]],
  ) {}

  static async start(): Promise<BenchRedis> {
    const server = await RedisServer.start('--appendonly', 'no');
    // What several guards ask in one turn travels together.
    const connect = (): Redis => new Redis(server.url, { enableAutoPipelining: true });
    return new BenchRedis(server, [connect(), ...Array.from({ length: CONNECTIONS - 1 }, connect)]);
  }

  guard(prefix: string, clock: Clock, tuning: PrefixGuardTuning = PREFIX_GUARD_TUNING): RedisPrefixGuard {
    return new RedisPrefixGuard(this.client, prefix, tuning, () => clock.now);
  }

  budget(clock: Clock): MoneyBudget {
    return new RedisMoneyBudget(this.client, this.newPrefix(), () => clock.now);
  }

  /** A guard to live a past with; its forks begin with copies of its keys. */
  guarded(): Guarded {
    const prefix = this.newPrefix();
    this.pasts.push(prefix);
    const clock = { now: 0 };
    const fork: ForkGuard = async (_guard, to) => {
      const copy = await this.copyOf(prefix);
      return { guard: this.guard(copy, to), end: () => this.drop(prefix, copy) };
    };
    return new Guarded(this.guard(prefix, clock), clock, fork);
  }

  /** Server time of all scripts so far, by Redis's own count, and what a key of a guard costs after its past. */
  async costs(): Promise<Costs> {
    const stats = await this.client.info('commandstats');
    const evalsha = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats);
    const past = this.firstPast();
    const names = await this.namesOf(past);
    const sizes = await Promise.all(names.map((name) => this.client.memory('USAGE', past + name)));
    const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    const calls = Number(evalsha?.[1] ?? 0);
    return {
      calls,
      microseconds: Number(evalsha?.[2] ?? 0) / Math.max(1, calls),
      bytesPerKey: bytes / Math.max(1, sizes.length),
      keys: sizes.length,
    };
  }

  /** What one call takes to a caller who is alone, on a connection without pipelining, as the application's is. */
  async latency(seed: string): Promise<Latency> {
    const client = new Redis(this.server.url);
    const clock = { now: 0 };
    const prefix = await this.copyOf(this.firstPast());
    try {
      const guard = new RedisPrefixGuard(client, prefix, PREFIX_GUARD_TUNING, () => clock.now);
      return await measureLatency({ client, guard, clock, seed });
    } finally {
      client.disconnect();
    }
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await this.server.dispose();
  }

  private async copyOf(prefix: string): Promise<string> {
    const copy = this.newPrefix();
    for (const names of batches(await this.namesOf(prefix))) {
      await this.client.eval(COPY, 0, prefix, copy, ...names);
    }
    return copy;
  }

  /** Drops what was copied, which is nearly all. */
  private async drop(prefix: string, copy: string): Promise<void> {
    for (const names of batches(await this.namesOf(prefix))) {
      await this.client.unlink(names.map((name) => copy + name));
    }
  }

  private namesOf(prefix: string): Promise<string[]> {
    const search = async (): Promise<string[]> =>
      (await this.client.keys(`${prefix}*`)).map((key) => key.slice(prefix.length));
    const names = this.names.get(prefix) ?? search();
    this.names.set(prefix, names);
    return names;
  }

  private firstPast(): string {
    const [first] = this.pasts;
    if (first === undefined) throw new Error('no guard has lived a past here');
    return first;
  }

  /** One of the connections: guards are spread over them. */
  private get client(): Redis {
    return this.clients[this.guards % this.clients.length] ?? this.clients[0];
  }

  private newPrefix(): string {
    this.guards += 1;
    return `bench${String(this.guards)}:`;
  }
}

function* batches(names: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < names.length; from += BATCH) yield names.slice(from, from + BATCH);
}
