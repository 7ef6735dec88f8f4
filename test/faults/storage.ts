import { Cluster, Redis } from 'ioredis';
import {
  RedisSmsCodeStorage,
  type Durability,
  type RedisClient,
  type SmsCodeStorage,
} from '@app/sms-verification';
import { keepConnected } from '../../apps/api/src/redis/keep-connected';
import { CLUSTER, SENTINEL, SINGLE } from '../../apps/api/src/redis/redis-presets';
import { until } from '../support/redis-ask';
import type { RedisSentinelSet } from '../support/redis-sentinel-set';
import { freshPrefix } from '../support/shared-redis';

/** With the fence, and the control without: side by side on one server, so that one fault strikes both. */
export const KINDS = ['fence', 'none'] as const satisfies readonly Durability[];
export type Kind = (typeof KINDS)[number];

export const prefixes = (): Record<Kind, string> => ({ fence: freshPrefix(), none: freshPrefix() });

/** A storage and the client that it was given. */
export interface OpenStorage {
  readonly storage: SmsCodeStorage;
  readonly client: RedisClient;
  close(): void;
}

/** By which port a server is reached instead of its own: that of a link. */
export type Ways = ReadonlyMap<number, number>;

/** One server, as the application connects to it. */
export function openStorage(port: number, prefix: string, durability: Durability): Promise<OpenStorage> {
  return opened(new Redis({ ...SINGLE, port, host: '127.0.0.1' }), prefix, durability);
}

/** The master that Sentinels name, as the application connects to it. */
export function openSentinelStorage(set: RedisSentinelSet, prefix: string, ways: Ways): Promise<OpenStorage> {
  const sentinels = set.addresses.split(',').map(addressOf);
  const client = new Redis({ ...SENTINEL, sentinels, name: set.name, natMap: natMapOf(ways) });
  return opened(client, prefix, 'fence');
}

/** A Cluster, as the application connects to it. */
export function openClusterStorage(ports: readonly number[], prefix: string): Promise<OpenStorage> {
  const client = new Cluster(
    ports.map((port) => ({ host: '127.0.0.1', port })),
    { ...CLUSTER },
  );
  keepConnected(client);
  return opened(client, prefix, 'fence');
}

/** Any client, once it is connected. */
export async function opened(
  client: RedisClient,
  prefix: string,
  durability: Durability,
): Promise<OpenStorage> {
  // What goes wrong rejects the command; without a listener ioredis would print it too.
  client.on('error', () => undefined);
  const storage = new RedisSmsCodeStorage(client, prefix, durability);
  // `ready` says less than this: a Cluster is before its connections are.
  await until('the client is connected', async () => {
    await storage.ping();
    return true;
  });
  const close = (): void => {
    client.disconnect();
  };
  return { storage, client, close };
}

function addressOf(text: string): { host: string; port: number } {
  const [host = '', port] = text.split(':');
  return { host, port: Number(port) };
}

export function natMapOf(ways: Ways): Record<string, { host: string; port: number }> {
  return Object.fromEntries(
    [...ways].map(([port, way]) => [`127.0.0.1:${String(port)}`, { host: '127.0.0.1', port: way }]),
  );
}
