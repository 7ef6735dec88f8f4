import {
  CountryPolicy,
  InProcessPrefixGuard,
  PREFIX_GUARD_TUNING,
  RedisMoneyBudget,
  RedisPrefixGuard,
  type AbuseOptions,
  type HumanChallenge,
  type RedisClient,
} from '@app/sms-verification';
import type { AbuseSettings } from '../config/abuse-settings';

const DAY_MS = 86_400_000;

/** The settings of the abuse defence in the library's terms; what is counted is kept where the codes are. */
export function abuseOptions(
  { mode, warmUpDays, regions, prices, budgets }: AbuseSettings,
  challenge: HumanChallenge | undefined,
  redis: RedisClient | undefined,
): AbuseOptions {
  const tuning = { ...PREFIX_GUARD_TUNING, warmUpMs: warmUpDays * DAY_MS };
  return {
    mode,
    guard:
      redis === undefined
        ? new InProcessPrefixGuard(undefined, tuning)
        : new RedisPrefixGuard(redis, undefined, tuning),
    budget: redis === undefined ? undefined : new RedisMoneyBudget(redis),
    regions: new CountryPolicy(regions),
    prices,
    budgets,
    challenge,
  };
}
