import { RedisPrefixGuard, type RedisClient } from '@app/sms-verification';
import { InProcessPrefixGuard } from '../../libs/sms-verification/src/abuse/prefix-guard/in-process.prefix-guard';
import type { PrefixGuard } from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A quarter past ten on a day to come: an injected clock must be ahead of the server's. */
const START = Date.UTC(2035, 5, 15, 10, 15);

/** A clock that stands until the test moves it. */
export class Clock {
  now = START;
}

/** A guard that has seen nothing, on a clock that the test moves. */
export interface GuardUnderTest {
  readonly clock: Clock;
  readonly tuning: PrefixGuardTuning;
  readonly guard: PrefixGuard;
  close(): void;
}

export interface RedisGuardUnderTest extends GuardUnderTest {
  readonly redis: RedisClient;
  readonly keyPrefix: string;
}

export function openInProcessGuard(changed: Partial<PrefixGuardTuning> = {}): GuardUnderTest {
  const clock = new Clock();
  const tuning = { ...PREFIX_GUARD_TUNING, ...changed };
  const guard = new InProcessPrefixGuard(() => clock.now, tuning);
  return { clock, tuning, guard, close: () => undefined };
}

export function openRedisGuard(
  changed: Partial<PrefixGuardTuning> = {},
  redis: RedisClient = connectSharedRedis(),
): RedisGuardUnderTest {
  const clock = new Clock();
  const keyPrefix = freshPrefix();
  const tuning = { ...PREFIX_GUARD_TUNING, ...changed };
  const guard = new RedisPrefixGuard(redis, keyPrefix, tuning, () => clock.now);
  return {
    clock,
    tuning,
    guard,
    redis,
    keyPrefix,
    close: () => {
      redis.disconnect();
    },
  };
}
