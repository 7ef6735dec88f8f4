import type { ThrottlerStorage } from '@nestjs/throttler';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisClient } from '@app/sms-verification';
import { countInWindows, type Counted, type Window } from './count-in-windows';

/** A window with the name of the limit that it is of. */
export interface NamedWindow extends Window {
  readonly name: string;
}

/**
 * Counts in windows that begin with the first request and end when they say, however often a client goes on asking
 * meanwhile: that keeps Retry-After true. In Redis when there is one, else in this process.
 */
export class FixedWindowStorage implements ThrottlerStorage {
  private readonly limiters = new Map<string, RateLimiterMemory>();

  constructor(private readonly redis?: RedisClient) {}

  /**
   * Counts a request in each window in turn, until one has too many; in one step, so that the keys must share a hash
   * tag.
   *
   * @returns what was counted, in the order of the windows; nothing of those that were not asked
   */
  async countInTurn(windows: readonly NamedWindow[]): Promise<readonly Counted[]> {
    if (this.redis !== undefined) return countInWindows(this.redis, windows);
    const counted: Counted[] = [];
    for (const window of windows) {
      const here = await this.countHere(window);
      counted.push(here);
      if (here.count > window.most) break;
    }
    return counted;
  }

  /** What the throttler asks of its storage. */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    _block: number,
    name: string,
  ): ReturnType<ThrottlerStorage['increment']> {
    const [counted] = await this.countInTurn([{ name, key, windowMs: ttl, most: limit }]);
    const { count = 0, leftMs = 0 } = counted ?? {};
    const seconds = Math.ceil(leftMs / 1_000);
    const isBlocked = count > limit;
    return {
      totalHits: count,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    };
  }

  private async countHere({ name, key, windowMs, most }: NamedWindow): Promise<Counted> {
    const limiter =
      this.limiters.get(name) ??
      new RateLimiterMemory({ points: most, duration: windowMs / 1_000, keyPrefix: '' });
    this.limiters.set(name, limiter);
    const { consumedPoints, msBeforeNext } = await limiter.consume(key).catch((error: unknown) => {
      // The limiter rejects with its count when that exceeds the limit.
      if (error instanceof RateLimiterRes) return error;
      throw error;
    });
    return { count: consumedPoints, leftMs: msBeforeNext };
  }
}
