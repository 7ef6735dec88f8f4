import { Cluster, Redis } from 'ioredis';
import { ask, askText, until } from '../support/redis-ask';
import { RedisCluster } from '../support/redis-cluster';
import { RedisSentinelSet } from '../support/redis-sentinel-set';
import { freshPrefix } from '../support/shared-redis';
import { Link, type LinkOptions } from './link';
import { loseReplies, loseRepliesToWrongGuesses, withoutNonces } from './lost-reply';
import { measured } from './measured';
import { natMapOf, openClusterStorage, opened, openSentinelStorage, type OpenStorage } from './storage';

/** Nothing here is to fail over. */
const UNHURRIED_MS = 15_000;

interface Topology {
  readonly name: string;
  readonly protectedStorage: OpenStorage;
  /** As ioredis connects when nobody tells it otherwise. */
  readonly defaults: OpenStorage;
  readonly dispose: () => Promise<void>;
}

/** A link before each node, by which alone clients come to it. */
async function linksTo(
  nodes: readonly { readonly port: number }[],
  options?: LinkOptions,
): Promise<Map<number, Link>> {
  const links = nodes.map(async ({ port }) => [port, await Link.to(port, options)] as const);
  return new Map(await Promise.all(links));
}

const portsOf = (links: ReadonlyMap<number, Link>): Map<number, number> =>
  new Map([...links].map(([port, link]) => [port, link.port]));

const places = (addresses: string): { host: string; port: number }[] =>
  addresses.split(',').map((address) => ({ host: '127.0.0.1', port: Number(address.split(':')[1]) }));

/** Lets the nodes name their links instead of themselves: after a MOVED, the natMap of ioredis would lose its way. */
async function announce(cluster: RedisCluster, links: ReadonlyMap<number, Link>): Promise<void> {
  const asked = [...links].map(([port, link]) =>
    ask({ port }, 'CONFIG', 'SET', 'cluster-announce-port', link.port),
  );
  await Promise.all(asked);
  await until('all nodes know one another by their links', async () => {
    const told = await Promise.all(cluster.nodes.map((node) => askText(node, 'CLUSTER', 'NODES')));
    return told.every((lines) =>
      [...links.values()].every(({ port }) => lines.includes(`:${String(port)}@`)),
    );
  });
}

async function sentinel(): Promise<Topology & { links: Link[] }> {
  const set = await RedisSentinelSet.start({ downAfterMs: UNHURRIED_MS });
  const links = await linksTo(set.nodes);
  const ways = portsOf(links);
  const plain = new Redis({ sentinels: places(set.addresses), name: set.name, natMap: natMapOf(ways) });
  return {
    name: 'Sentinel',
    protectedStorage: await openSentinelStorage(set, freshPrefix(), ways),
    defaults: await opened(plain, freshPrefix(), 'none'),
    links: [...links.values()],
    dispose: () => set.dispose(),
  };
}

async function cluster(): Promise<Topology & { links: Link[] }> {
  const started = await RedisCluster.start({ nodeTimeoutMs: UNHURRIED_MS });
  const links = await linksTo(started.nodes);
  const ports = [...links.values()].map(({ port }) => port);
  await announce(started, links);
  const plain = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })));
  return {
    name: 'Cluster',
    protectedStorage: await openClusterStorage(ports, freshPrefix()),
    defaults: await opened(plain, freshPrefix(), 'none'),
    links: [...links.values()],
    dispose: () => started.dispose(),
  };
}

describe.each([{ start: sentinel }, { start: cluster }])(
  'a reply that is lost after the server has run the script, $start.name',
  ({ start }) => {
    let topology: Awaited<ReturnType<typeof start>>;

    beforeAll(async () => {
      topology = await start();
    });
    afterAll(async () => {
      topology.protectedStorage.close();
      topology.defaults.close();
      await Promise.all(topology.links.map((link) => link.close()));
      await topology.dispose();
    });

    it('costs the right code nothing; with the defaults of ioredis it is refused (F2)', async () => {
      const { links, protectedStorage, defaults, name } = topology;
      const { findings, repliesLost } = await loseReplies(protectedStorage, links);
      const control = await withoutNonces(() => loseReplies(defaults, links));
      const figures = `${String(findings.verified)} of ${String(repliesLost)} accepted`;
      const refused = control.repliesLost - control.findings.verified;
      measured('F2', `${name}: ${figures}; ioredis by default: ${String(refused)} right codes refused`);
      expect(findings).toMatchObject({ verified: repliesLost, acceptedTwice: [] });
      expect(repliesLost).toBeGreaterThan(0);
      expect(control.findings.verified).toBeLessThan(control.repliesLost);
    });

    it('counts a wrong code once (F2)', async () => {
      const told = await loseRepliesToWrongGuesses(topology.protectedStorage, topology.links);
      expect(new Set(told.map(String))).toEqual(new Set(['4,4']));
    });
  },
);

describe('a reply that is lost in a Cluster whose nodes are some way off', () => {
  it('costs nothing while the node is found anew and still being connected to (F2)', async () => {
    const started = await RedisCluster.start({ nodeTimeoutMs: UNHURRIED_MS });
    const links = await linksTo(started.nodes, { delayMs: 20 });
    await announce(started, links);
    const { storage, client, close } = await openClusterStorage(
      [...links.values()].map(({ port }) => port),
      freshPrefix(),
    );
    // By itself ioredis refreshes once a second: now it does whenever a repetition is about to come.
    if (client instanceof Cluster) {
      client.on('-node', () => {
        client.refreshSlotsCache(() => undefined);
      });
    }
    const told = await loseRepliesToWrongGuesses({ storage, client, close }, [...links.values()]);
    close();
    await Promise.all([...links.values()].map((link) => link.close()));
    await started.dispose();
    expect(new Set(told.map(String))).toEqual(new Set(['4,4']));
  });
});
