import { Logger } from '@nestjs/common';
import { Cluster, ReplyError } from 'ioredis';
import type { RedisClient, ScriptClient } from './lua-script';

/** How long a write waits for a replica. Far less than a `commandTimeout`, which would make its outcome unknown. */
const ACKNOWLEDGED_WITHIN_MS = 100;

type Values = (string | number)[];

/**
 * Runs scripts and answers when a replica has what they wrote, or when it took too long (`durability: 'wait'`). Best
 * effort: what was written stands either way, and is never reported as failed.
 *
 * WAIT covers the writes of its own connection, and blocks it. So the scripts run on a connection of their own, and all
 * that are asked for in one turn of the event loop share one WAIT behind them. Of a Cluster, where the nodes that a
 * turn's keys lie on are many, each script is pipelined with a WAIT of its own to the node of its key: `cluster.wait()`
 * would ask any node.
 */
export class ReplicatedClient implements ScriptClient {
  private readonly logger = new Logger(ReplicatedClient.name);
  private readonly own: RedisClient;
  private acknowledgement: Promise<void> | undefined;
  private acknowledged = true;

  /** @param client what the connection is made like; when it is closed for good, so is the connection */
  constructor(private readonly client: RedisClient) {
    const own = client instanceof Cluster ? client.duplicate() : client.duplicate();
    // Its owner listens to the client; this one goes the same way, and need not be heard of twice.
    own.on('error', () => undefined);
    client.once('end', () => {
      own.disconnect();
    });
    this.own = own;
  }

  get status(): string {
    return this.client.status;
  }

  get isCluster(): boolean {
    return this.client.isCluster;
  }

  evalsha(sha: string, numberOfKeys: number, ...values: Values): Promise<unknown> {
    return this.run('evalsha', sha, numberOfKeys, values);
  }

  eval(source: string, numberOfKeys: number, ...values: Values): Promise<unknown> {
    return this.run('eval', source, numberOfKeys, values);
  }

  private async run(
    command: 'evalsha' | 'eval',
    script: string,
    numberOfKeys: number,
    values: Values,
  ): Promise<unknown> {
    const { own, client } = this;
    // Until it is connected, or connected again, nothing waits and nothing fails for it.
    if (own.status !== 'ready') return client[command](script, numberOfKeys, ...values);
    if (own instanceof Cluster) return this.runOnNode(own, command, script, numberOfKeys, values);
    const [reply] = await Promise.all([
      own[command](script, numberOfKeys, ...values),
      // Behind everything that this turn of the event loop still asks for.
      (this.acknowledgement ??= new Promise((resolve) => {
        setImmediate(() => {
          this.acknowledgement = undefined;
          void own.wait(1, ACKNOWLEDGED_WITHIN_MS).then(
            (replicas) => {
              this.note(replicas);
              resolve();
            },
            () => {
              this.note(0);
              resolve();
            },
          );
        });
      })),
    ]);
    return reply;
  }

  private async runOnNode(
    cluster: Cluster,
    command: 'evalsha' | 'eval',
    script: string,
    numberOfKeys: number,
    values: Values,
  ): Promise<unknown> {
    const pipeline = cluster.pipeline();
    pipeline[command](script, numberOfKeys, ...values).wait(1, ACKNOWLEDGED_WITHIN_MS);
    const [[error, reply] = [null, undefined], [, replicas] = []] = (await pipeline.exec()) ?? [];
    // Of a slot that has moved, a pipeline that has a WAIT in it does not follow; the script has not run.
    if (error !== null && error instanceof ReplyError && /^(MOVED|ASK) /.test(error.message)) {
      return cluster[command](script, numberOfKeys, ...values);
    }
    if (error !== null) throw error;
    this.note(Number(replicas));
    return reply;
  }

  /** Says once that replicas do not answer in time, and once that they do again. */
  private note(replicas: number): void {
    const acknowledged = replicas > 0;
    if (acknowledged === this.acknowledged) return;
    this.acknowledged = acknowledged;
    if (acknowledged) this.logger.log('a replica acknowledges what is written, again');
    else this.logger.warn('no replica acknowledges in time what is written: a failover may lose it');
  }
}
