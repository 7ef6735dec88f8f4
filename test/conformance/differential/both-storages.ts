import {
  InProcessSmsCodeStorage,
  RedisSmsCodeStorage,
  type RedisClient,
  type SmsCodeStorage,
} from '@app/sms-verification';
import { freshPrefix } from '../../support/shared-redis';
import { keysUnder, passTime } from '../../support/time-travel';
import { unsoundKeys, type Expectations } from '../redis-audit';
import { START, serverTime } from '../storage-under-test';
import { GRAIN_MS } from './policies';

export type SideNumber = 0 | 1;

interface Side {
  readonly storage: SmsCodeStorage;
  /** How far into the sequence an instant of this storage's clock is, in milliseconds. */
  readonly elapsed: (instant: number) => number;
  /** The reverse: what this storage would call an instant so far into the sequence. */
  readonly instant: (elapsed: number) => number;
}

/** The specification and its Redis twin, asked the same and required to answer the same. */
export class BothStorages {
  private passedMs = 0;
  private readonly sides: readonly [specification: Side, redis: Side];

  private constructor(
    private readonly redis: RedisClient,
    private readonly keyPrefix: string,
    startOnRedis: number,
  ) {
    const specification = new InProcessSmsCodeStorage(() => START + this.passedMs);
    this.sides = [
      {
        storage: specification,
        elapsed: (instant) => instant - START,
        instant: (elapsed) => elapsed + START,
      },
      {
        storage: new RedisSmsCodeStorage(redis, keyPrefix),
        // What is stored moves into the past; the server's clock does not move ahead.
        elapsed: (instant) => instant - startOnRedis + this.passedMs,
        instant: (elapsed) => elapsed + startOnRedis - this.passedMs,
      },
    ];
  }

  static async open(redis: RedisClient): Promise<BothStorages> {
    return new BothStorages(redis, freshPrefix(), await serverTime(redis));
  }

  /** Asks both, requires the same answer of both, and returns what the specification said. */
  async ask<Answer>(
    question: (storage: SmsCodeStorage, side: SideNumber) => Promise<Answer>,
  ): Promise<Answer> {
    const [specification, redis] = this.sides;
    const [specified, actual] = await Promise.all([
      question(specification.storage, 0),
      question(redis.storage, 1),
    ]);
    expect(comparable(actual, redis)).toEqual(comparable(specified, specification));
    return specified;
  }

  /** How far into the sequence an instant is that a side told. */
  elapsed(side: SideNumber, instant: number): number {
    return this.sides[side].elapsed(instant);
  }

  /** What a side would call that instant now. */
  instant(side: SideNumber, elapsed: number): number {
    return this.sides[side].instant(elapsed);
  }

  /** Lets time pass for both. */
  async pass(ms: number): Promise<void> {
    this.passedMs += ms;
    await passTime(this.redis, this.keyPrefix, ms);
  }

  /** Everything that is wrong with what stands in Redis. */
  unsoundKeys(expected: Omit<Expectations, 'keyPrefix'>): Promise<string[]> {
    return unsoundKeys(this.redis, { ...expected, keyPrefix: this.keyPrefix });
  }

  /** Removes everything from Redis, so that looking at every key stays cheap. */
  async close(): Promise<void> {
    // One at a time: a Cluster has them on different nodes.
    for (const key of await keysUnder(this.redis, this.keyPrefix)) await this.redis.unlink(key);
  }
}

/** An answer with its durations (`…Ms`) rounded up and its instants (`…At`) told as time since the beginning. */
function comparable(answer: unknown, { elapsed }: Side): unknown {
  if (answer === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) => {
      if (typeof value !== 'number') return value;
      if (name.endsWith('Ms')) return Math.ceil(value / GRAIN_MS) * GRAIN_MS;
      // 0 is no instant: it stands for never.
      if (name.endsWith('At') && value !== 0) return Math.floor(elapsed(value) / GRAIN_MS) * GRAIN_MS;
      return value;
    }),
  );
}
