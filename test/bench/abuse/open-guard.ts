import { InProcessPrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/in-process.prefix-guard';
import type { PrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import type { Clock } from './baselines/guarded';
import { BenchRedis } from './bench-redis';

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
