import type { Redis } from 'ioredis';

/**
 * ioredis (5.11.1) keeps the timer of `socketTimeout` when a connection dies with commands under way: a second later
 * it ends the next connection for the silence of the last, and each restart of Redis under load costs two outages.
 */
export function endSocketTimeoutWithConnection(client: Redis): void {
  client.on('close', () => {
    const timer: unknown = Reflect.get(client, 'socketTimeoutTimer');
    if (timer instanceof Object && Symbol.toPrimitive in timer) clearTimeout(Number(timer));
    Reflect.set(client, 'socketTimeoutTimer', undefined);
  });
}
