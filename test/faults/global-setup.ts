import { RedisServer } from '../support/redis-server';
import '../support/global-setup';

/** The one Redis that the quick ones share. Whatever is to break, a test starts by itself. */
export default async function globalSetup(): Promise<void> {
  const server = await RedisServer.start();
  globalThis.sharedServers = [server];
  process.env['TEST_REDIS_URL'] = server.url;
}
