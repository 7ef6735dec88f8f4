import { Redis } from 'ioredis';
import type { RedisServer } from './redis-server';

/** One command to one server over a connection of its own, which neither waits nor tries again. */
export async function ask(
  { port }: Pick<RedisServer, 'port'>,
  command: string,
  ...args: readonly (string | number)[]
): Promise<unknown> {
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 500,
    commandTimeout: 500,
  });
  // What goes wrong rejects the command; without a listener ioredis would print it too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

/** As `ask`, for a command that answers with text. */
export async function askText(
  server: Pick<RedisServer, 'port'>,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  return String(await ask(server, command, ...args));
}

/** One line of INFO or of CLUSTER INFO, such as `role`. */
export function lineOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

/** Waits until the condition holds; an attempt that fails counts as "not yet". Throws, named, when it never does. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  withinMs = 15_000,
  everyMs = 25,
): Promise<void> {
  const end = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(`after ${String(withinMs)} ms still not: ${what}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
