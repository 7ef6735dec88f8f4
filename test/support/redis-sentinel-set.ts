import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, askText, lineOf, until } from './redis-ask';
import { findRedisBinary } from './redis-binary';
import { freePort, killed, RedisServer, startServer } from './redis-server';

const REPLICAS = 2;
const SENTINELS = 3;
const QUORUM = 2;

/** How a set differs from one with its defaults. */
export interface RedisSentinelSetOptions {
  /** After how long without an answer a Sentinel counts the master as failed. */
  readonly downAfterMs?: number;
  /** More command-line arguments for the master and its replicas. */
  readonly settings?: readonly string[];
  /** More lines for the configuration of the Sentinels. */
  readonly sentinelSettings?: readonly string[];
}

/** A Sentinel: no data, so all it needs is its process and its port. */
interface Sentinel {
  readonly port: number;
  readonly child: ChildProcess;
}

/** A master, two replicas, and three Sentinels that watch them, each a process of its own on a free port. */
export class RedisSentinelSet {
  /** What the Sentinels call the master: REDIS_SENTINEL_NAME. */
  readonly name = 'primary';
  private sentinels: readonly Sentinel[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'sms-verification-sentinels-'));

  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(options: RedisSentinelSetOptions = {}): Promise<RedisSentinelSet> {
    const settings = ['--repl-diskless-sync-delay', '0', ...(options.settings ?? [])];
    const master = await RedisServer.startWith({ settings });
    const replicas = await Promise.all(
      Array.from({ length: REPLICAS }, () =>
        RedisServer.startWith({ settings: [...settings, ...replicaOfPort(master.port)] }),
      ),
    );
    const set = new RedisSentinelSet([master, ...replicas]);
    try {
      await set.linked(master);
      await set.watch(options);
    } catch (error) {
      await set.dispose();
      throw error;
    }
    return set;
  }

  /** As REDIS_SENTINELS wants them. */
  get addresses(): string {
    return this.sentinels.map(({ port }) => `127.0.0.1:${String(port)}`).join(',');
  }

  /** The master, of every key, as most Sentinels see it. */
  async masterOf(): Promise<RedisServer> {
    const answers = await Promise.all(
      this.sentinels.map(async (sentinel) => {
        const found = await ask(sentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.name).catch(() => []);
        return Array.isArray(found) ? String(found[1]) : '';
      }),
    );
    const named = (node: RedisServer): number => answers.filter((port) => port === String(node.port)).length;
    const [most] = [...this.nodes].sort((first, second) => named(second) - named(first));
    if (most === undefined || named(most) < QUORUM) throw new Error('the Sentinels do not agree on a master');
    return most;
  }

  /** A replica of a node, which itself need not answer. */
  async replicaOf(master: RedisServer): Promise<RedisServer> {
    for (const node of this.nodes.filter(({ running }) => running)) {
      const info = await askText(node, 'INFO', 'replication').catch(() => '');
      if (lineOf(info, 'master_port') === String(master.port)) return node;
    }
    throw new Error(`no node that answers is a replica of ${master.address}`);
  }

  /** Starts a stopped node again as a replica of the master, which the Sentinels would make it after some seconds. */
  async restart(node: RedisServer): Promise<void> {
    await node.resume(...replicaOfPort((await this.masterOf()).port));
  }

  /** Waits until every node that runs replicates this master. */
  async linked(master: RedisServer): Promise<void> {
    const replicas = this.nodes.filter((node) => node.running && node !== master);
    await until('every replica is up to date with its master', async () => {
      const infos = await Promise.all(replicas.map((replica) => askText(replica, 'INFO', 'replication')));
      return infos.every(
        (info) =>
          lineOf(info, 'master_port') === String(master.port) && lineOf(info, 'master_link_status') === 'up',
      );
    });
  }

  async dispose(): Promise<void> {
    await Promise.all(this.sentinels.map(({ child }) => killed(child)));
    await Promise.all(this.nodes.map((node) => node.dispose()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async watch({
    downAfterMs = 1_000,
    sentinelSettings = [],
  }: RedisSentinelSetOptions): Promise<void> {
    const [master, ...replicas] = this.nodes;
    const members = await Promise.all(
      Array.from({ length: SENTINELS }, async () => ({
        id: randomBytes(20).toString('hex'),
        port: await freePort(),
      })),
    );
    const { name } = this;
    const of = (port: number | undefined): string => `${name} 127.0.0.1 ${String(port)}`;
    this.sentinels = await Promise.all(
      members.map(async ({ id, port }) => {
        // Whom to find there is written down, because finding out takes seconds.
        const lines = [
          `port ${String(port)}`,
          'bind 127.0.0.1',
          `dir ${this.folder}`,
          `sentinel myid ${id}`,
          `sentinel monitor ${of(master?.port)} ${String(QUORUM)}`,
          `sentinel down-after-milliseconds ${name} ${String(downAfterMs)}`,
          `sentinel failover-timeout ${name} ${String(4 * downAfterMs)}`,
          ...sentinelSettings,
          ...replicas.map((replica) => `sentinel known-replica ${of(replica.port)}`),
          ...members
            .filter((member) => member.id !== id)
            .map((member) => `sentinel known-sentinel ${of(member.port)} ${member.id}`),
        ];
        const file = join(this.folder, `${String(port)}.conf`);
        writeFileSync(file, lines.join('\n'));
        return { port, child: await startServer(findRedisBinary(), [file, '--sentinel']) };
      }),
    );
    await until('the Sentinels see the master and one another', async () => {
      const answers = await Promise.all(
        this.sentinels.map((sentinel) => askText(sentinel, 'SENTINEL', 'CKQUORUM', name)),
      );
      return answers.every((answer) => answer.startsWith(`OK ${String(SENTINELS)} usable`));
    });
  }
}

function replicaOfPort(port: number): string[] {
  // Two words in one argument would be taken for one.
  return ['--replicaof', '127.0.0.1', String(port)];
}
