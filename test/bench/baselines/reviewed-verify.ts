import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

// The ways of verifying that a review of an older service found, or could have asked for; what ours is measured
// against. What they get wrong, test/race/reviewed-service.race-spec.ts shows.

/** The least that is right: compares and deletes in one step, and knows no attempts, no id and no proof. */
export const COMPARE_AND_DELETE = `if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0`;

export function shaOf(script: string): string {
  return createHash('sha1').update(script).digest('hex');
}

export type Verify = (redis: Redis, key: string, code: string) => Promise<boolean>;

const SHA = shaOf(COMPARE_AND_DELETE);

export const compareAndDelete: Verify = async (redis, key, code) =>
  (await redis.evalsha(SHA, 1, key, code)) === 1;

/** The reviewed three steps: two callers can both read before either deletes. */
export const getCompareDelete: Verify = async (redis, key, code) => {
  if ((await redis.get(key)) !== code) return false;
  await redis.del(key);
  return true;
};

/** Right, for three waits and for retries; each caller needs a connection of its own. */
export const watchMultiExec: Verify = async (redis, key, code) => {
  for (;;) {
    await redis.watch(key);
    if ((await redis.get(key)) !== code) {
      await redis.unwatch();
      return false;
    }
    if ((await redis.multi().del(key).exec()) !== null) return true;
  }
};
