import { once } from 'node:events';
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '@app/sms-verification';

/** The servers that hold the keys: one, or the masters of a Cluster, for what no command does over all of them. */
export async function mastersOf(client: RedisClient): Promise<Redis[]> {
  if (!(client instanceof Cluster)) return [client];
  if (client.status !== 'ready') await once(client, 'ready');
  return client.nodes('master');
}
