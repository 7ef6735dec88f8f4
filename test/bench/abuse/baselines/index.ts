import type { Defence } from './defence';
import { Guarded } from './guarded';
import { IpLimit } from './ip-limit';
import { NoDefence } from './none';
import { UnverifiedBuckets } from './unverified-buckets';

const NEVER = 1_000_000_000;

/** What PrefixGuard is compared with: other rules, and itself with a part taken away. */
export const BASELINES: readonly (readonly [string, () => Defence])[] = [
  ['none', () => new NoDefence()],
  ['10 an hour per IP', () => new IpLimit()],
  ['unverified buckets', () => new UnverifiedBuckets()],
  ['without known numbers', () => Guarded.inProcess({}, false)],
  [
    'countries alone',
    () =>
      Guarded.inProcess({
        thresholds: [9_000, NEVER, NEVER],
        burst: [30, NEVER, NEVER],
        challengedBurst: [12, NEVER, NEVER],
        healthyTrials: NEVER,
      }),
  ],
  [
    'without a cap on bursts',
    () => Guarded.inProcess({ burst: [NEVER, NEVER, NEVER], challengedBurst: [NEVER, NEVER, NEVER] }),
  ],
];

/** Itself, and nobody takes a challenge. */
export const UNCHALLENGED = 'without challenges';
