import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Counts one more; the first opens the window. Of a key without an end, which nobody here writes, it makes one. */
const SCRIPT = `local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { count, left }`;
const SHA = createHash('sha1').update(SCRIPT).digest('hex');

/** Counts a request in the window of its key, in one step. */
export async function countInWindow(
  redis: Redis,
  key: string,
  windowMs: number,
): Promise<{ count: number; leftMs: number }> {
  const reply = await redis.evalsha(SHA, 1, key, windowMs).catch((error: unknown) => {
    // The one error after which it certainly was not counted: this server has not seen the script yet.
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(SCRIPT, 1, key, windowMs);
  });
  const [count, leftMs] = reply as [number, number];
  return { count, leftMs };
}
