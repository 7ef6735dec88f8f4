import { RedisServer } from '../support/redis-server';
import { startApp } from '../support/start-app';
import { startProcess } from '../support/start-process';

const EVICTING = ['--maxmemory-policy', 'allkeys-lru'] as const;

describe('a Redis that would lose what it is told to keep', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start(...EVICTING);
  });
  afterEach(() => server.dispose());

  it('does not start with a server that evicts, and says what to set', async () => {
    const failed = await startProcess({ REDIS_URL: server.url }).catch((error: unknown) => String(error));
    expect(failed).toContain('the application ended with 1');
    expect(failed).toContain('Redis cannot be used as it is set up:\n');
    expect(failed).toContain('CONFIG SET maxmemory-policy noeviction');
  });

  it('starts with one outside production without the fence, and warns', async () => {
    const api = await startProcess({ REDIS_URL: server.url, SMS_DURABILITY: 'none' });
    await expect(api.client.get('/health/ready')).resolves.toMatchObject({ status: 200 });
    expect(api.output()).toContain('maxmemory-policy allkeys-lru');
    await api.stop();
  });

  it('listens while Redis is away, and is not ready with one that evicts, until that is set right', async () => {
    await server.stop();
    const { client, close } = await startApp({ environment: { REDIS_URL: server.url } });
    try {
      const ready = () => client.get('/health/ready');
      expect((await ready()).status).toBe(503);
      await server.resume();
      let told = '';
      while (!told.includes('allkeys-lru')) told = JSON.stringify((await ready()).body);
      expect((await ready()).status).toBe(503);
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      expect((await ready()).status).toBe(200);
    } finally {
      await close();
    }
  });
});
