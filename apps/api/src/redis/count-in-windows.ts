import { createHash } from 'node:crypto';
import type { RedisClient } from '@app/sms-verification';

/** A window that a request is counted in, once: the first request opens it. */
export interface Window {
  readonly key: string;
  readonly windowMs: number;
  /** How many requests may pass. */
  readonly most: number;
}

/** How many requests a window has counted, this one included, and when it ends. */
export interface Counted {
  readonly count: number;
  readonly leftMs: number;
}

/**
 * Counts one more in each window in turn, until one has too many: those after it are not asked. Of a key without an
 * end, which nobody here writes, it makes one. The first line changes nothing that is not to be changed: a server whose
 * memory is full looks at a script's first write, and lets pass what needs none. Else nobody could enter a code then.
 */
const SCRIPT = `local counted = {}
for index, key in ipairs(KEYS) do
  local window, most = ARGV[2 * index - 1], tonumber(ARGV[2 * index])
  redis.call('PEXPIRE', key, window, 'LT')
  local count = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(window)
    redis.call('PEXPIRE', key, left)
  end
  counted[2 * index - 1], counted[2 * index] = count, left
  if count > most then
    break
  end
end
return counted`;
const SHA = createHash('sha1').update(SCRIPT).digest('hex');

/**
 * Counts a request in windows of one hash tag, in one step.
 *
 * @returns what was counted, in the order of the windows; nothing of those that were not asked
 */
export async function countInWindows(redis: RedisClient, windows: readonly Window[]): Promise<Counted[]> {
  const keys = windows.map(({ key }) => key);
  const limits: number[] = [];
  for (const { windowMs, most } of windows) limits.push(windowMs, most);
  const reply = await redis.evalsha(SHA, keys.length, ...keys, ...limits).catch((error: unknown) => {
    // The one error after which it certainly was not counted: this server has not seen the script yet.
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(SCRIPT, keys.length, ...keys, ...limits);
  });
  if (!isCounts(reply)) throw new TypeError('expected a count and a time for each window');
  return windows
    .slice(0, reply.length / 2)
    .map((_, index) => ({ count: reply[2 * index] ?? NaN, leftMs: reply[2 * index + 1] ?? NaN }));
}

function isCounts(reply: unknown): reply is readonly number[] {
  return Array.isArray(reply) && reply.length % 2 === 0 && reply.every(Number.isSafeInteger);
}
