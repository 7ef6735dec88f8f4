import type { ThrottlerStorage } from '@nestjs/throttler';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisClient } from '@app/sms-verification';
import { countInWindow } from './count-in-window';

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts in windows that begin with the first request and end when they say, however often a client goes on asking
 * meanwhile: that keeps Retry-After true. In Redis when there is one, else in this process.
 */
export class FixedWindowStorage implements ThrottlerStorage {
  private readonly limiters = new Map<string, RateLimiterMemory>();

  constructor(private readonly redis?: RedisClient) {}

  async increment(key: string, ttl: number, limit: number, _block: number, name: string): Promise<Counted> {
    const { count, leftMs } =
      this.redis === undefined
        ? await this.countHere(key, ttl, limit, name)
        : await countInWindow(this.redis, key, ttl);
    const seconds = Math.ceil(leftMs / 1_000);
    const isBlocked = count > limit;
    return {
      totalHits: count,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    };
  }

  private async countHere(key: string, ttl: number, points: number, name: string) {
    const limiter =
      this.limiters.get(name) ?? new RateLimiterMemory({ points, duration: ttl / 1_000, keyPrefix: '' });
    this.limiters.set(name, limiter);
    const { consumedPoints, msBeforeNext } = await limiter.consume(key).catch((error: unknown) => {
      // The limiter rejects with its count when that exceeds the limit.
      if (error instanceof RateLimiterRes) return error;
      throw error;
    });
    return { count: consumedPoints, leftMs: msBeforeNext };
  }
}
