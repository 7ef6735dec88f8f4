import { cpus } from 'node:os';
import { once } from 'node:events';
import { Cluster } from 'ioredis';
import { RedisCluster } from '../../support/redis-cluster';
import { mastersOf } from '../../support/redis-masters';
import { ATTEMPTS, OurStorage, VARIANTS, WRONG, type Pending } from '../baselines/ours';
import { inFlight } from '../runner/in-flight';
import type { Part } from '../runner/part';
import { inRounds, ratioTo, summary, type Measured } from '../runner/rounds';
import { infoNumber } from '../runner/server-side';
import { short, table } from '../runner/tables';

const MASTERS = [1, 2, 3];
const ROUNDS = 5;
const CALLS = 6_000;
const CONCURRENCY = 200;

/** What more masters bring, and what they cannot bring on a machine that has fewer processors than there is work for. */
export const masters: Part = {
  name: 'masters',
  title: 'Throughput of verifyAndRemove at 1, 2 and 3 masters',
  async run() {
    const opened: Opened[] = [];
    try {
      for (const count of MASTERS) opened.push(await Opened.of(count));
      const measured = await inRounds(
        ROUNDS,
        Object.fromEntries(opened.map((cluster) => [cluster.name, () => cluster.round()])),
      );
      const one = measured[opened[0]?.name ?? ''];
      const rows = opened.slice(1).map(({ name }) => ({
        what: `throughput of \`verifyAndRemove\` (wrong codes) with ${name} against 1, servers and client on the same ${String(cpus().length)} processors`,
        measured: ratioTo(measured[name], one),
        unit: '×' as const,
        better: 'more' as const,
      }));
      return { rows, details: details(opened, measured) };
    } finally {
      for (const cluster of opened) await cluster.close();
    }
  },
};

/** A Cluster of so many masters, without replicas, and what its rounds took of the processors. */
class Opened {
  /** Microseconds of processor time a call, of all servers together and of this process. */
  readonly serverTimes: number[] = [];
  readonly clientTimes: number[] = [];
  readonly name: string;
  private readonly storage: OurStorage;

  private constructor(
    count: number,
    private readonly servers: RedisCluster,
    private readonly client: Cluster,
  ) {
    this.name = count === 1 ? '1 master' : `${String(count)} masters`;
    const [variant] = VARIANTS;
    if (variant === undefined) throw new RangeError('no variant to measure');
    this.storage = new OurStorage(variant.open(client));
  }

  static async of(count: number): Promise<Opened> {
    const servers = await RedisCluster.start({
      masters: count,
      replicas: 0,
      // A node that has met no other does not know its own address.
      settings: ['--appendonly', 'no', '--cluster-announce-ip', '127.0.0.1'],
    });
    const client = new Cluster(
      servers.nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
      { enableAutoPipelining: false },
    );
    await once(client, 'ready');
    return new Opened(count, servers, client);
  }

  async round(): Promise<number> {
    const pending: Pending[] = [];
    await inFlight(CALLS / ATTEMPTS, CONCURRENCY, async () => pending.push(await this.storage.issue()));
    const [served, own] = [await this.serverSeconds(), process.cpuUsage()];
    const rate = await inFlight(CALLS, CONCURRENCY, async (index) => {
      const one = pending[index % pending.length];
      if (one === undefined) throw new RangeError('nothing was issued');
      await this.storage.verify(one, WRONG);
    });
    const { user, system } = process.cpuUsage(own);
    this.clientTimes.push((user + system) / CALLS);
    this.serverTimes.push((((await this.serverSeconds()) - served) * 1e6) / CALLS);
    return rate;
  }

  async close(): Promise<void> {
    this.client.disconnect();
    await this.servers.dispose();
  }

  private async serverSeconds(): Promise<number> {
    let seconds = 0;
    for (const master of await mastersOf(this.client)) {
      for (const kind of ['user', 'sys']) {
        seconds += await infoNumber(master, 'cpu', new RegExp(`used_cpu_${kind}_main_thread:([0-9.]+)`));
      }
    }
    return seconds;
  }
}

function details(opened: readonly Opened[], measured: Readonly<Record<string, Measured>>): string {
  const rows = opened.map(({ name, serverTimes, clientTimes }) => {
    const { median = NaN, lowest = NaN, highest = NaN } = measured[name] ?? {};
    const server = summary(serverTimes).median;
    const masterCount = Number(name.split(' ')[0]);
    return [
      name,
      short(median),
      `${short(lowest)} – ${short(highest)}`,
      short(server),
      short(summary(clientTimes).median),
      short((masterCount * 1e6) / server),
    ];
  });
  const head = [
    '',
    'calls a second, median',
    'rounds from – to',
    'servers, µs a call',
    'client, µs a call',
    'calls a second if only the servers limited',
  ];
  return `${table(head, rows)}

Wrong codes, ${String(CONCURRENCY)} calls under way at a time from one process, ${String(ROUNDS)} rounds. The times are of processors, by \`INFO cpu\` and by the client itself: ${String(cpus().length)} processors serve the client and all masters here, so that more masters cannot answer more than the client asks. The last column is what the masters could answer with a processor each, and clients enough; it grows with the masters since a phone's keys lie on one of them.`;
}
