import { Cluster, Redis } from 'ioredis';
import type { RedisClient } from '@app/sms-verification';
import { parseAddress, parseList, type Address } from '../../apps/api/src/config/text-formats';
import { connectSharedRedis, sharedRedisUrl } from './shared-redis';

/** One of the three ways in which Redis can be set up, as the global setup did. */
export interface Topology {
  /** Completes the name of what is tested on it. */
  readonly where: '' | ' behind Sentinels' | ' in a Cluster';
  /** A client that fails instead of trying again. Close it with `disconnect()`. */
  readonly connect: () => RedisClient;
  /** The variables that send the application there. */
  readonly environment: () => Readonly<Record<string, string>>;
}

export const SINGLE: Topology = {
  where: '',
  connect: connectSharedRedis,
  environment: () => ({ REDIS_URL: sharedRedisUrl() }),
};

export const SENTINELS: Topology = {
  where: ' behind Sentinels',
  connect: () =>
    new Redis({
      sentinels: addressesIn('TEST_REDIS_SENTINELS'),
      name: variable('TEST_REDIS_SENTINEL_NAME'),
      maxRetriesPerRequest: 0,
    }),
  environment: () => ({
    REDIS_SENTINELS: variable('TEST_REDIS_SENTINELS'),
    REDIS_SENTINEL_NAME: variable('TEST_REDIS_SENTINEL_NAME'),
  }),
};

export const CLUSTER: Topology = {
  where: ' in a Cluster',
  connect: () => {
    const cluster = new Cluster(clusterAddresses(), {
      redisOptions: { maxRetriesPerRequest: 0 },
      retryDelayOnFailover: 0,
    });
    // Once closed, ioredis would keep what it is asked for ever, instead of refusing it.
    cluster.once('close', () => {
      cluster.options.enableOfflineQueue = false;
    });
    return cluster;
  },
  environment: () => ({ REDIS_CLUSTER_NODES: variable('TEST_REDIS_CLUSTER_NODES') }),
};

/** Where the nodes of the Cluster are that the tests share. */
export function clusterAddresses(): Address[] {
  return addressesIn('TEST_REDIS_CLUSTER_NODES');
}

export const TOPOLOGIES: readonly Topology[] = [SINGLE, SENTINELS, CLUSTER];

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests through \`npm test\``);
  return value;
}

function addressesIn(name: string): Address[] {
  return parseList(variable(name))
    .map(parseAddress)
    .filter((address) => address !== undefined);
}
