import type { Redis } from 'ioredis';
import { FixedWindowStorage } from '../../apps/api/src/redis/fixed-window.storage';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';

const HOUR_MS = 3_600_000;

describe.each(['redis', 'in-process'] as const)('windows of client addresses, %s store', (store) => {
  let redis: Redis;
  let storage: FixedWindowStorage;
  let prefix: string;

  beforeAll(() => {
    redis = connectSharedRedis();
  });
  afterAll(() => {
    redis.disconnect();
  });
  beforeEach(() => {
    prefix = freshPrefix();
    storage = store === 'redis' ? new FixedWindowStorage(redis) : new FixedWindowStorage();
  });

  const counts = async (address: string): Promise<number[]> => {
    const windows = [
      { name: 'address', key: `${prefix}{net}:${address}`, windowMs: HOUR_MS, most: 2 },
      { name: 'net', key: `${prefix}{net}`, windowMs: 2 * HOUR_MS, most: 3 },
    ];
    const counted = await storage.countInTurn(windows);
    // Each ends when it says: not later than a request that opened it now would have it, and not much earlier.
    for (const [index, { leftMs }] of counted.entries()) {
      expect(leftMs).toBeLessThanOrEqual((index + 1) * HOUR_MS);
      expect(leftMs).toBeGreaterThan((index + 1) * HOUR_MS - 60_000);
    }
    return counted.map(({ count }) => count);
  };

  it('count a request in each in turn, and ask none after the first that has too many', async () => {
    expect(await counts('one')).toEqual([1, 1]);
    expect(await counts('one')).toEqual([2, 2]);
    expect(await counts('one')).toEqual([3]);
    expect(await counts('two')).toEqual([1, 3]);
    expect(await counts('two')).toEqual([2, 4]);
  });

  it('count every one of many requests at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => counts(String(index))));
    expect(all.map(([, net]) => net).sort((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });
});
