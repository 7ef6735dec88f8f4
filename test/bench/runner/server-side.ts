import type { Redis } from 'ioredis';

/** What a Redis server says of itself: the first group of the pattern, as a number. */
export async function infoNumber(redis: Redis, section: string, pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await redis.info(section))?.[1] ?? NaN);
}

/** Calls of each command that the server has run since the last CONFIG RESETSTAT. */
export async function calls(redis: Redis): Promise<ReadonlyMap<string, number>> {
  const stats = await redis.info('commandstats');
  const lines = stats.matchAll(/^cmdstat_([^:]+):calls=([0-9]+)/gm);
  return new Map([...lines].map(([, name = '', count]) => [name, Number(count)]));
}
