import { RedisServer } from './redis-server';

declare global {
  var sharedRedis: RedisServer | undefined;
}

/** One Redis for all suites that only read and write: TEST_REDIS_URL, or a private instance. */
export default async function globalSetup(): Promise<void> {
  if (process.env['TEST_REDIS_URL'] !== undefined) return;
  globalThis.sharedRedis = await RedisServer.start();
  process.env['TEST_REDIS_URL'] = globalThis.sharedRedis.url;
}
