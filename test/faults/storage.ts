import { Redis } from 'ioredis';
import { RedisSmsCodeStorage, type SmsCodeStorage } from '@app/sms-verification';
import { SINGLE_SERVER } from '../../apps/api/src/redis/redis-presets';
import { freshPrefix } from '../support/shared-redis';

/** What a code that was in flight at a failover is worth afterwards: SMS_DURABILITY. */
export type Durability = 'fence' | 'none';

/** The storage of the application, on one server, under a prefix; `none` is the control without the fence. */
export interface OpenStorage {
  readonly storage: SmsCodeStorage;
  readonly client: Redis;
  close(): void;
}

/** Connects as the application does. */
export async function openStorage(
  port: number,
  prefix: string,
  _durability: Durability,
): Promise<OpenStorage> {
  const client = new Redis({ ...SINGLE_SERVER, port, host: '127.0.0.1', lazyConnect: true });
  // What goes wrong rejects the command; without a listener ioredis would print it too.
  client.on('error', () => undefined);
  await client.connect();
  return {
    storage: new RedisSmsCodeStorage(client, prefix),
    client,
    close: () => {
      client.disconnect();
    },
  };
}

/** The two kinds side by side, each under a prefix of its own on whatever server: one fault strikes both. */
export const prefixes = (): Record<Durability, string> => ({ fence: freshPrefix(), none: freshPrefix() });
