import type { ClusterOptions, RedisOptions } from 'ioredis';

// How the application talks to Redis, whichever way it is set up; each line answers a way in which the defaults of
// ioredis hang, repeat or forget. That they do so is shown by the tests under test/faults.

/** For a connection to a server, of whichever kind. */
const CONNECTION = {
  // Bounds every answer, so that a frozen server costs a request half a second and not for ever.
  commandTimeout: 500,
  connectTimeout: 1_000,
  // A server that stays silent this long is hung: nothing else would ever close the connection to it.
  socketTimeout: 1_000,
  // A lost reply must not make ioredis run a script a second time behind our back.
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

/** Served again within half a second of the server's return. */
const soon = (attempt: number): number => Math.min(50 * attempt, 500);

/** One server. */
export const SINGLE = {
  ...CONNECTION,
  // While Redis is away, answer 503 now instead of queueing requests without bound.
  enableOfflineQueue: false,
  retryStrategy: soon,
  // A name may have come to mean another server, while we are still connected to a master that is none any more.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
} satisfies RedisOptions;

/** A master that Sentinels watch. */
export const SENTINEL = {
  ...SINGLE,
  // Listens for the news of a new master; a hung one never closes its connections by itself.
  failoverDetector: true,
  sentinelCommandTimeout: 500,
  sentinelRetryStrategy: soon,
  // A Sentinel that was away is listened to again soon, and not after a minute.
  sentinelReconnectStrategy: () => 1_000,
} satisfies RedisOptions;

/** A Cluster. */
export const CLUSTER = {
  // As above: answer 503 now. The connections are opened ahead of the first command, see keepConnected.
  enableOfflineQueue: false,
  clusterRetryStrategy: soon,
  // A lost reply must not make ioredis run a script a second time. (maxRedirections, which sounds the same, would
  // also forbid to follow MOVED.)
  retryDelayOnFailover: 0,
  // Refused is refused: waiting for a Cluster that is down would take up to sixteen times as long as this.
  retryDelayOnClusterDown: 0,
  // Hung masters send no MOVED: look for their successors without being told.
  slotsRefreshInterval: 1_000,
  slotsRefreshTimeout: 1_000,
  redisOptions: CONNECTION,
} satisfies ClusterOptions;
