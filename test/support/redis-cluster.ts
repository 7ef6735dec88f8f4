import { ask, askText, lineOf, until } from './redis-ask';
import { freePort, RedisServer } from './redis-server';

const SLOTS = 16_384;

/** How a Cluster differs from one with its defaults. */
export interface RedisClusterOptions {
  /** After how long without an answer a node counts as failed. */
  readonly nodeTimeoutMs?: number;
  /** 3 of each unless told; replicas are dealt to the masters in turn. */
  readonly masters?: number;
  readonly replicas?: number;
  /** More command-line arguments for every node. */
  readonly settings?: readonly string[];
}

/** A Cluster, of three masters and three replicas unless told otherwise, each a process of its own on free ports. */
export class RedisCluster {
  private constructor(
    readonly nodes: readonly RedisServer[],
    private readonly masterCount: number,
  ) {}

  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { nodeTimeoutMs = 1_000, masters = 3, replicas = 3, settings = [] } = options;
    // The bus gets a port of its own choice: the usual one, 10000 above, may not exist.
    const members = await Promise.all(
      Array.from({ length: masters + replicas }, async () => {
        const busPort = await freePort();
        const node = await RedisServer.startWith({
          settings: [
            ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
            ...['--cluster-node-timeout', String(nodeTimeoutMs)],
            ...['--repl-diskless-sync-delay', '0', ...settings],
          ],
        });
        return { node, busPort };
      }),
    );
    const cluster = new RedisCluster(
      members.map(({ node }) => node),
      masters,
    );
    try {
      await cluster.join(members.map(({ busPort }) => busPort));
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  /** As REDIS_CLUSTER_NODES wants them. */
  get addresses(): string {
    return this.nodes.map(({ address }) => address).join(',');
  }

  /** The nodes that take themselves for masters at this moment, of those that answer. */
  async masters(): Promise<RedisServer[]> {
    return (await this.views()).filter(({ master }) => master).map(({ node }) => node);
  }

  /** The node that serves a key; of two that believe they do, the one that was elected later. */
  async masterOf(key: string): Promise<RedisServer> {
    const views = await this.views();
    if (views[0] === undefined) throw new Error('no node answers');
    const slot = Number(await ask(views[0].node, 'CLUSTER', 'KEYSLOT', key));
    const serving = views
      .filter(({ master, slots }) => master && slots.some(([low, high]) => low <= slot && slot <= high))
      .sort((first, second) => second.epoch - first.epoch);
    if (serving[0] === undefined) throw new Error(`no node serves slot ${String(slot)}`);
    return serving[0].node;
  }

  /** A replica of a node, which itself need not answer. */
  async replicaOf(master: RedisServer): Promise<RedisServer> {
    for (const node of this.nodes.filter(({ running }) => running)) {
      const info = await askText(node, 'INFO', 'replication').catch(() => '');
      if (lineOf(info, 'master_port') === String(master.port)) return node;
    }
    throw new Error(`no node that answers is a replica of ${master.address}`);
  }

  /** Waits until every slot is served and every replica is up to date with its master. */
  async settled(): Promise<void> {
    const running = this.nodes.filter((node) => node.running);
    await until('the Cluster serves every slot', () =>
      every(running, async (node) => {
        const [state, replication] = await Promise.all([
          askText(node, 'CLUSTER', 'INFO'),
          askText(node, 'INFO', 'replication'),
        ]);
        const linked = lineOf(replication, 'role') === 'master' || linkedUp(replication);
        return lineOf(state, 'cluster_state') === 'ok' && linked;
      }),
    );
  }

  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.dispose()));
  }

  private async join(busPorts: readonly number[]): Promise<void> {
    const { nodes, masterCount } = this;
    const masters = nodes.slice(0, masterCount);
    await Promise.all(
      nodes.map(async (node, index) => {
        // Distinct from the start, so that no two masters have to settle a collision first.
        await ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
        if (index < masterCount) {
          const first = Math.floor((index * SLOTS) / masterCount);
          const last = Math.floor(((index + 1) * SLOTS) / masterCount) - 1;
          await ask(node, 'CLUSTER', 'ADDSLOTSRANGE', first, last);
        }
        // Each meets all before it: waiting for gossip would take seconds.
        for (const [met, { port }] of nodes.slice(0, index).entries()) {
          await ask(node, 'CLUSTER', 'MEET', '127.0.0.1', port, busPorts[met] ?? 0);
        }
      }),
    );
    const ids = await Promise.all(masters.map((master) => askText(master, 'CLUSTER', 'MYID')));
    await until('the nodes know one another', () =>
      every(nodes, async (node) => {
        const lines = (await askText(node, 'CLUSTER', 'NODES')).trim().split('\n');
        return lines.length === nodes.length && !lines.some((line) => line.includes('handshake'));
      }),
    );
    await Promise.all(
      nodes
        .slice(masterCount)
        .map((replica, index) => ask(replica, 'CLUSTER', 'REPLICATE', ids[index % masterCount] ?? '')),
    );
    await this.settled();
    const followed = masters.slice(0, nodes.length - masterCount);
    await until('each master that is to have a replica has one', () =>
      every(followed, async (master) =>
        (await askText(master, 'INFO', 'replication')).includes('state=online'),
      ),
    );
  }

  private async views(): Promise<View[]> {
    const asked = this.nodes.filter(({ running }) => running).map((node) => viewOf(node));
    return (await Promise.all(asked.map((view) => view.catch(() => undefined)))).filter(
      (view) => view !== undefined,
    );
  }
}

/** What a node believes of itself. */
interface View {
  readonly node: RedisServer;
  readonly master: boolean;
  readonly epoch: number;
  readonly slots: readonly (readonly [number, number])[];
}

async function viewOf(node: RedisServer): Promise<View> {
  const lines = (await askText(node, 'CLUSTER', 'NODES')).split('\n');
  const own = lines.find((line) => line.includes('myself')) ?? '';
  // id, address, flags, master, ping sent, pong received, config epoch, link state, slots
  const [, , flags = '', , , , epoch = '', , ...ranges] = own.trim().split(' ');
  const slots = ranges
    .filter((range) => !range.startsWith('['))
    .map((range) => range.split('-').map(Number))
    .map(([low = -1, high = low]) => [low, high] as const);
  return { node, master: flags.split(',').includes('master'), epoch: Number(epoch), slots };
}

function linkedUp(replication: string): boolean {
  return lineOf(replication, 'master_link_status') === 'up';
}

async function every<Item>(
  items: readonly Item[],
  holds: (item: Item) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(items.map(holds))).every(Boolean);
}
