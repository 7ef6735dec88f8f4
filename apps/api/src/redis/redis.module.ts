import { once } from 'node:events';
import {
  ClusterModule,
  ClusterService,
  RedisModule as NestRedisModule,
  RedisService,
} from '@liaoliaots/nestjs-redis';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import type { RedisClient } from '@app/sms-verification';
import type { RedisSettings } from '../config/redis-settings';
import { batchWrites } from './batched-writes';
import { keepConnected, mastersConnected } from './keep-connected';
import { clientOptions } from './redis-client-options';
import { endSocketTimeoutWithConnection } from './socket-timeout';

/** The application's one Redis client; not provided when no Redis is configured. */
export const REDIS_CLIENT = Symbol('Redis client');

/** How long the start waits for Redis before it listens without (and answers 503 until Redis comes). */
const FIRST_CONNECTION_MS = 2_000;

/** Opens and closes the Redis client. The one place that knows where it comes from. */
@Module({})
export class RedisModule {
  static register(settings: RedisSettings): DynamicModule {
    const config = clientOptions(settings);
    const silent = { errorLog: false, readyLog: false };
    const [source, clients] =
      'nodes' in config
        ? [
            ClusterModule.forRoot({ config: { ...config, onClientCreated: prepareCluster }, ...silent }),
            ClusterService,
          ]
        : [NestRedisModule.forRoot({ config, ...silent }), RedisService];
    return {
      module: RedisModule,
      global: true,
      imports: [source],
      providers: [
        {
          provide: REDIS_CLIENT,
          inject: [clients],
          useFactory: (made: ClusterService | RedisService): Promise<RedisClient> =>
            opened(made.getOrThrow()),
        },
      ],
      exports: [REDIS_CLIENT],
    };
  }
}

function prepareCluster(cluster: Cluster): void {
  cluster.on('+node', prepareServer);
  keepConnected(cluster);
}

function prepareServer(client: Redis): void {
  batchWrites(client);
  endSocketTimeoutWithConnection(client);
}

async function opened(client: RedisClient): Promise<RedisClient> {
  if (!('nodes' in client)) prepareServer(client);
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
  // The wait may end either way; readiness tells which.
  await connected(client, AbortSignal.timeout(FIRST_CONNECTION_MS)).catch(() => undefined);
  return client;
}

async function connected(client: RedisClient, signal: AbortSignal): Promise<void> {
  if (client.status !== 'ready') await once(client, 'ready', { signal });
  if ('nodes' in client) await mastersConnected(client, signal);
}
