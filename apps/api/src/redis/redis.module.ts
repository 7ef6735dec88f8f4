import { once } from 'node:events';
import { RedisModule as NestRedisModule, RedisService } from '@liaoliaots/nestjs-redis';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { RedisSettings } from '../config/settings';
import { batchWrites } from './batched-writes';
import { SINGLE_SERVER } from './redis-presets';

/** The application's one Redis client; not provided when no Redis is configured. */
export const REDIS_CLIENT = Symbol('Redis client');

/** How long the start waits for Redis before it listens without (and answers 503 until Redis comes). */
const FIRST_CONNECTION_MS = 2_000;

/** Opens and closes the Redis client. The one place that knows where it comes from. */
@Module({})
export class RedisModule {
  static register({ url, keyPrefix }: RedisSettings): DynamicModule {
    const config = { url, keyPrefix, ...SINGLE_SERVER };
    return {
      module: RedisModule,
      global: true,
      imports: [NestRedisModule.forRoot({ config, errorLog: false, readyLog: false })],
      providers: [
        {
          provide: REDIS_CLIENT,
          inject: [RedisService],
          useFactory: (redis: RedisService): Promise<Redis> => opened(redis.getOrThrow()),
        },
      ],
      exports: [REDIS_CLIENT],
    };
  }
}

async function opened(client: Redis): Promise<Redis> {
  batchWrites(client);
  const logger = new Logger(RedisModule.name);
  // Without a listener ioredis prints every failed attempt by itself; one line per change of state is enough.
  let reported = false;
  client.on('error', (error: Error) => {
    if (!reported) logger.error(`Redis cannot be reached: ${error.message}`);
    reported = true;
  });
  client.on('ready', () => {
    if (reported) logger.log('Redis can be reached again');
    reported = false;
  });
  if (client.status !== 'ready') {
    // The wait may end either way; readiness tells which.
    await once(client, 'ready', { signal: AbortSignal.timeout(FIRST_CONNECTION_MS) }).catch(() => undefined);
  }
  return client;
}
