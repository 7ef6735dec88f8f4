import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  InProcessMoneyBudget,
  RedisMoneyBudget,
  type MoneyBudget,
  type RedisClient,
} from '@app/sms-verification';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';

export const DAY = 86_400_000;

/** A quarter past ten on a day to come: what expires on the test's clock is still there on the server's. */
const START = (Math.floor(Date.now() / DAY) + 30) * DAY + 10.25 * 3_600_000;

/** A clock that stands until the test moves it. */
export class Clock {
  now = START;

  get day(): number {
    return Math.floor(this.now / DAY);
  }

  get untilMidnight(): number {
    return (this.day + 1) * DAY - this.now;
  }
}

/** A budget of which nothing is spent, on a clock that the test moves. */
export interface BudgetUnderTest {
  readonly clock: Clock;
  /** The same budget as several API instances see it, each over a connection of its own where it has any. */
  readonly instances: readonly [MoneyBudget, ...MoneyBudget[]];
  close(): void;
}

export function openInProcessBudget(): BudgetUnderTest {
  const clock = new Clock();
  return { clock, instances: [new InProcessMoneyBudget(() => clock.now)], close: () => undefined };
}

export interface RedisBudgetUnderTest extends BudgetUnderTest {
  readonly redis: RedisClient;
  readonly keyPrefix: string;
}

export function openRedisBudget(connect: () => RedisClient = connectSharedRedis): RedisBudgetUnderTest {
  const clock = new Clock();
  const keyPrefix = freshPrefix();
  const redis = connect();
  const another = connect();
  return {
    clock,
    redis,
    keyPrefix,
    instances: [
      new RedisMoneyBudget(onClock(redis, clock), keyPrefix),
      new RedisMoneyBudget(onClock(another, clock), keyPrefix),
    ],
    close: () => {
      for (const client of [redis, another]) client.disconnect();
    },
  };
}

const LUA = join(__dirname, '../../libs/sms-verification/src/storage/redis/lua');
const SERVER_CLOCK = readFileSync(join(LUA, 'include/clock.lua'), 'utf8');

/**
 * A client whose scripts read the test's clock in place of the server's, and are otherwise as they stand. A budget
 * depends on the time of day; moving what is stored into the past, as `passTime` does, would not move that.
 */
function onClock(client: RedisClient, clock: Clock): RedisClient {
  const evaluate = (source: string, ...rest: [number, ...string[]]): Promise<unknown> => {
    const moved = source.replace(SERVER_CLOCK, `local now = ${String(clock.now)}\n`);
    return client.eval(moved, ...rest);
  };
  // A script that the server does not have, so that every run brings its source.
  const notThere = (): Promise<unknown> => client.evalsha('0'.repeat(40), 0);
  return new Proxy(client, {
    get: (target, name) =>
      name === 'evalsha' ? notThere : name === 'eval' ? evaluate : (Reflect.get(target, name) as unknown),
  });
}
