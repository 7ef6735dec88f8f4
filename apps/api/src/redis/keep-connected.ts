import { once } from 'node:events';
import type { Cluster, Redis } from 'ioredis';

/**
 * Connects to every node of a Cluster as soon as it is known. By default ioredis connects with the first command,
 * and, since nothing is to be queued, refuses all that come while it does.
 */
export function keepConnected(cluster: Cluster): void {
  // Not before: ioredis asks a node whether the Cluster is well, refuses its own question where that node is just being
  // connected to, takes this for a Cluster that is not well, and begins anew, again and again for many seconds.
  cluster.on('ready', () => {
    cluster.nodes('all').forEach(connect);
  });
  cluster.on('+node', (node: Redis) => {
    // Later, because a command may be what made the node known: it brings its own connection.
    setImmediate(() => {
      if (cluster.status === 'ready') connect(node);
    });
  });
}

function connect(node: Redis): void {
  // What goes wrong is said by the command that needs the node.
  if (node.status === 'wait') node.connect().catch(() => undefined);
}

/** Waits until every master is connected. */
export async function mastersConnected(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const waiting = cluster.nodes('master').filter(({ status }) => status !== 'ready');
  await Promise.all(waiting.map((node) => once(node, 'ready', { signal })));
}
