import { setTimeout as sleep } from 'node:timers/promises';
import { ReplyError } from 'ioredis';
import type { ScriptClient } from './lua-script';

/** How ioredis 5.11 begins to say that a command never left this process. All else that is no reply is ambiguous. */
const NEVER_SENT = [
  "Stream isn't writeable and enableOfflineQueue options is false",
  "Cluster isn't ready and enableOfflineQueue options is false",
  'Cluster is ended.',
  'Failed to refresh slots cache.',
];

/**
 * From the start of a call, how long a connection may take to come back for it to be made again. With the
 * `commandTimeout` of 500 ms that a client should have, the second try is over within a second of the first.
 */
const BACK_WITHIN_MS = 500;
const LOOK_EVERY_MS = 10;
/** A Cluster stays `ready` while a node is lost; this is what it takes to notice, and to be told of another. */
const CLUSTER_PAUSE_MS = 50;

/**
 * Tells whether the server may have run a command whose promise was rejected with this error: it was written, and its
 * reply did not come ("Connection is closed.", "Command timed out", MaxRetriesPerRequestError, AbortError). A reply
 * that is an error (LOADING, READONLY, CLUSTERDOWN, MASTERDOWN, TRYAGAIN, OOM, …) is a reply: nothing is in doubt.
 */
export function mayHaveRun(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ReplyError) return false;
  return !NEVER_SENT.some((beginning) => error.message.startsWith(beginning));
}

/** Waits for the client to be connected again; `false` when it will not be in time. */
export async function backInTime(client: ScriptClient, startedAt: number): Promise<boolean> {
  if (client.isCluster) await sleep(CLUSTER_PAUSE_MS);
  // Asked again and again, since a listener for each of thousands of calls would be noise and leak.
  while (client.status !== 'ready') {
    if (client.status === 'end' || performance.now() - startedAt >= BACK_WITHIN_MS) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

/**
 * Tells whether a repetition was refused by a Cluster whose node is just being connected to, as ioredis does without an
 * offline queue when its refresh of the slots has found the node before the repetition has. There is time for another:
 * what was refused was never sent, and had it been lost as well, it would still be repeatable.
 */
export function nodeIsComing(error: unknown, client: ScriptClient, startedAt: number): boolean {
  const refused = error instanceof Error && error.message === 'Connection is closed.';
  return client.isCluster && refused && performance.now() - startedAt < BACK_WITHIN_MS;
}
