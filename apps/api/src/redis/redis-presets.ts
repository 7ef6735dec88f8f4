import type { RedisOptions } from 'ioredis';

/** How the application talks to one Redis server; each line answers a way in which the defaults hang or repeat. */
export const SINGLE_SERVER: RedisOptions = {
  // A lost reply must not make ioredis run a script a second time behind our back.
  maxRetriesPerRequest: 0,
  // While Redis is away, answer 503 now instead of queueing requests without bound.
  enableOfflineQueue: false,
  // Bounds every answer, so that a frozen server costs a request half a second and not for ever.
  commandTimeout: 500,
  connectTimeout: 1_000,
  // Served again within half a second of the server's return.
  retryStrategy: (attempt) => Math.min(50 * attempt, 500),
};
