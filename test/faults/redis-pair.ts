import { ask, askText, lineOf, until } from '../support/redis-ask';
import { RedisServer } from '../support/redis-server';
import { Link, type LinkOptions } from './link';

/**
 * A master and a replica whose only way to the master is a link of ours: it can be slow, and it can be cut. Nobody
 * watches them: the test promotes by hand, as Sentinels and Clusters do, by the same command.
 */
export class RedisPair {
  private constructor(
    readonly master: RedisServer,
    readonly replica: RedisServer,
    readonly link: Link,
  ) {}

  static async start(link: LinkOptions = {}): Promise<RedisPair> {
    const settings = ['--repl-diskless-sync-delay', '0'];
    const master = await RedisServer.startWith({ settings });
    const way = await Link.to(master.port, link);
    const replica = await RedisServer.startWith({
      settings: [...settings, '--replicaof', '127.0.0.1', String(way.port)],
    });
    const pair = new RedisPair(master, replica, way);
    try {
      await inStep(replica);
    } catch (error) {
      await pair.dispose();
      throw error;
    }
    return pair;
  }

  /** Makes the replica a master. */
  async promote(): Promise<void> {
    await ask(this.replica, 'REPLICAOF', 'NO', 'ONE');
  }

  async dispose(): Promise<void> {
    await this.link.close();
    await Promise.all([this.master.dispose(), this.replica.dispose()]);
  }
}

/** Makes a server the replica of the one behind a port, and waits until it has what that one has. */
export async function follow(server: RedisServer, port: number): Promise<void> {
  await ask(server, 'REPLICAOF', '127.0.0.1', port);
  await inStep(server);
}

async function inStep(replica: RedisServer): Promise<void> {
  await until(
    'the replica has what its master has',
    async () => lineOf(await askText(replica, 'INFO', 'replication'), 'master_link_status') === 'up',
  );
}

/** Waits until a replica has received everything that its master has written. */
export async function caughtUp(master: RedisServer, replica: RedisServer): Promise<void> {
  await until('the replica has everything', async () => {
    const [written, received] = await Promise.all([
      askText(master, 'INFO', 'replication'),
      askText(replica, 'INFO', 'replication'),
    ]);
    return lineOf(written, 'master_repl_offset') === lineOf(received, 'slave_repl_offset');
  });
}
