import { Redis } from 'ioredis';
import { checkRedisServer, StorageUnavailableError } from '@app/sms-verification';
import { RedisServer } from '../support/redis-server';

describe(checkRedisServer.name, () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });

  it('has nothing to say of a server as it comes', async () => {
    await expect(checkRedisServer(redis)).resolves.toEqual({ problems: [], doubts: [] });
  });

  it.each(['allkeys-lru', 'volatile-ttl'])('names the policy %s, and what to set', async (policy) => {
    await redis.config('SET', 'maxmemory-policy', policy);
    const { problems } = await checkRedisServer(redis, 'none');
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(`127.0.0.1:${String(server.port)} has the maxmemory-policy ${policy}.*noeviction`),
      ),
    ]);
  });

  it('needs INFO for the fence alone, and is in doubt about the policy without it', async () => {
    await redis.call('ACL', 'SETUSER', 'restricted', 'on', '>secret', '~*', '+@all', '-info');
    const restricted = new Redis(server.port, {
      username: 'restricted',
      password: 'secret',
      enableReadyCheck: false,
    });
    try {
      const fenced = await checkRedisServer(restricted, 'fence');
      expect(fenced.problems).toEqual([expect.stringContaining('allow its user the command INFO')]);
      expect(fenced.doubts).toEqual([expect.stringContaining('see to it that it is noeviction')]);
      await expect(checkRedisServer(restricted, 'none')).resolves.toMatchObject({ problems: [] });
    } finally {
      restricted.disconnect();
    }
  });

  it('throws when the server cannot be asked', async () => {
    const absent = new Redis(1, { lazyConnect: true, retryStrategy: () => null });
    await expect(checkRedisServer(absent)).rejects.toBeInstanceOf(StorageUnavailableError);
  });
});
