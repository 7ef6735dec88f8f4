import { Redis } from 'ioredis';
import type { ScriptClient } from './lua-script';

type Stream = Redis['stream'];

/** So many commands leave together at most, for the server to begin with them while more are being made. */
const TOGETHER = 16;

/** How many commands each stream holds back. */
const held = new WeakMap<Stream, number>();

/**
 * Lets the command that comes next leave together with those that the same turn of the event loop still makes. ioredis
 * writes each by itself, and a write takes longer than all that is done here for a guess: this process asks the kernel,
 * which wakes the server, for each. Order and replies stay what they are. A Cluster writes as it always did.
 */
export function writeTogether(client: ScriptClient): void {
  if (!(client instanceof Redis) || client.status !== 'ready') return;
  const { stream } = client;
  const count = held.get(stream) ?? 0;
  if (count === 0) {
    stream.cork();
    setImmediate(() => {
      held.delete(stream);
      stream.uncork();
    });
  } else if (count % TOGETHER === 0) {
    stream.uncork();
    stream.cork();
  }
  held.set(stream, count + 1);
}
