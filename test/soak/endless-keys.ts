import { Redis } from 'ioredis';
import type { RedisServer } from '../support/redis-server';

const NO_EXPIRY = -1;

/** How many keys a server has, and those of them that would stay for ever. */
export async function endlessKeys({ port }: RedisServer): Promise<{ keys: number; endless: string[] }> {
  const client = new Redis(port, '127.0.0.1');
  const endless: string[] = [];
  let keys = 0;
  try {
    for await (const batch of client.scanStream({ count: 1_000 })) {
      const names = batch as string[];
      if (names.length === 0) continue;
      keys += names.length;
      const asked = client.pipeline();
      for (const name of names) asked.pttl(name);
      const replies = (await asked.exec()) ?? [];
      endless.push(...names.filter((_, index) => replies[index]?.[1] === NO_EXPIRY));
    }
  } finally {
    client.disconnect();
  }
  return { keys, endless };
}
