import type { ThrottlerStorage } from '@nestjs/throttler';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisClient } from '@app/sms-verification';

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * As the limiter's own script, but for the first line, which changes nothing: a server whose memory is full looks at a
 * script's first write, and lets pass what needs none. Else nobody could enter a code then.
 */
const COUNT = `
redis.call('EXPIRE', KEYS[1], ARGV[2], 'LT')
redis.call('SET', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local consumed = redis.call('INCRBY', KEYS[1], ARGV[1])
return { consumed, redis.call('PTTL', KEYS[1]) }
`;

/**
 * Counts in windows that begin with the first request and end when they say, however often a client goes on asking
 * meanwhile: that keeps Retry-After true. In Redis when there is one, else in this process.
 */
export class FixedWindowStorage implements ThrottlerStorage {
  private readonly limiters = new Map<string, RateLimiterMemory | RateLimiterRedis>();

  constructor(private readonly redis?: RedisClient) {}

  async increment(key: string, ttl: number, limit: number, _block: number, name: string): Promise<Counted> {
    const { consumedPoints, msBeforeNext } = await this.limiter(name, limit, ttl)
      .consume(key)
      .catch((error: unknown) => {
        // The limiter rejects with its count when that exceeds the limit, and with an error when it has none.
        if (error instanceof RateLimiterRes) return error;
        throw error;
      });
    const seconds = Math.ceil(msBeforeNext / 1_000);
    const isBlocked = consumedPoints > limit;
    return {
      totalHits: consumedPoints,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    };
  }

  private limiter(name: string, points: number, ttl: number): RateLimiterMemory | RateLimiterRedis {
    const known = this.limiters.get(name);
    if (known !== undefined) return known;
    const window = { points, duration: ttl / 1_000, keyPrefix: '' };
    const made =
      this.redis === undefined
        ? new RateLimiterMemory(window)
        : new RateLimiterRedis({ ...window, storeClient: this.redis, customIncrTtlLuaScript: COUNT });
    this.limiters.set(name, made);
    return made;
  }
}
