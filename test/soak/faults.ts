import type { Random } from '../bench/abuse/traffic/random';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, askText, lineOf, until } from '../support/redis-ask';
import type { RedisCluster } from '../support/redis-cluster';
import type { RedisServer } from '../support/redis-server';
import type { Instance } from './instance';

/** What can be struck. */
export interface Targets {
  readonly cluster: RedisCluster;
  /** API processes that may be ended. The others live as long as the soak, so that their growth can be judged. */
  readonly mortal: readonly Instance[];
  readonly random: Random;
}

/** A fault, and the repair that somebody outside has to make. What heals by itself is waited for elsewhere. */
export interface Fault {
  readonly name: string;
  readonly strike: (targets: Targets) => Promise<void>;
}

/** Below the time after which the others take a node for failed. */
const MOMENT_MS = [100, 600] as const;
/** Long enough for people to spend codes that the replica never hears of, and too short for it to count as failed. */
const BEHIND_MS = 900;

export const FAULTS: readonly Fault[] = [
  {
    name: 'master killed',
    strike: async (targets) => {
      await loseMaster(targets, (master) => master.stop());
    },
  },
  {
    name: 'master killed, replica behind',
    strike: async (targets) => {
      await loseMaster(targets, async (master, replica) => {
        // Frozen, it does not connect again; what its socket held before is all that it will ever have.
        replica.freeze();
        await ask(master, 'CLIENT', 'KILL', 'TYPE', 'replica');
        await sleep(BEHIND_MS);
        await master.stop();
        replica.thaw();
      });
    },
  },
  {
    name: 'master frozen until replaced',
    strike: async (targets) => {
      await loseMaster(targets, (master) => {
        master.freeze();
      });
    },
  },
  {
    name: 'master frozen for a moment',
    strike: async ({ cluster, random }) => {
      const master = random.pick(await cluster.masters());
      master.freeze();
      await sleep(random.between(...MOMENT_MS));
      master.thaw();
    },
  },
  {
    name: 'failover by hand',
    strike: async ({ cluster, random }) => {
      const master = random.pick(await cluster.masters());
      const replica = await cluster.replicaOf(master);
      await until('the replica is asked to take over', () =>
        ask(replica, 'CLUSTER', 'FAILOVER').then(() => true),
      );
      await replaced(replica);
    },
  },
  {
    name: 'connections cut',
    strike: async ({ cluster }) => {
      const masters = await cluster.masters();
      await Promise.all(masters.map((master) => ask(master, 'CLIENT', 'KILL', 'TYPE', 'normal')));
    },
  },
  {
    name: 'scripts flushed',
    strike: async ({ cluster }) => {
      await Promise.all((await cluster.masters()).map((master) => ask(master, 'SCRIPT', 'FLUSH')));
    },
  },
  {
    name: 'memory full',
    strike: async ({ cluster, random }) => {
      const master = random.pick(await cluster.masters());
      await ask(master, 'CONFIG', 'SET', 'maxmemory', 1);
      await sleep(random.between(...MOMENT_MS));
      await ask(master, 'CONFIG', 'SET', 'maxmemory', 0);
    },
  },
  {
    name: 'API process killed',
    strike: async ({ mortal, random }) => {
      const instance = random.pick(mortal);
      await instance.kill();
      await instance.begin();
    },
  },
  {
    name: 'API process terminated',
    strike: async ({ mortal, random }) => {
      const instance = random.pick(mortal);
      await instance.terminate();
      await instance.begin();
    },
  },
];

/**
 * Takes a master away until its replica has taken over, then lets it come back as that one's replica. Earlier it would
 * come back as an empty master.
 */
async function loseMaster(
  { cluster, random }: Targets,
  lose: (master: RedisServer, replica: RedisServer) => unknown,
): Promise<void> {
  const master = random.pick(await cluster.masters());
  const replica = await cluster.replicaOf(master);
  await lose(master, replica);
  try {
    await replaced(replica);
  } finally {
    if (master.pid === undefined) await master.resume();
    else master.thaw();
  }
}

async function replaced(replica: RedisServer): Promise<void> {
  await until('the replica has taken over', async () => {
    return lineOf(await askText(replica, 'INFO', 'replication'), 'role') === 'master';
  });
}
