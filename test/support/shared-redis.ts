import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';

/** Where the Redis of this test run is; the global setup saw to it. */
export function sharedRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('TEST_REDIS_URL is not set: run the tests through `npm test`');
  return url;
}

/** A beginning for key names that no other test uses, so that nothing ever needs to be flushed. */
export function freshPrefix(): string {
  return `test:${randomUUID()}:`;
}

/** A client of the shared Redis that fails instead of waiting. Close it with `disconnect()`. */
export function connectSharedRedis(): Redis {
  return new Redis(sharedRedisUrl(), { maxRetriesPerRequest: 0 });
}
