import { setTimeout as sleep } from 'node:timers/promises';
import { askText, lineOf } from '../support/redis-ask';
import type { RedisServer } from '../support/redis-server';

const EVERY_MS = 250;
/** Nobody asks about longer ago. */
const REMEMBERED_MS = 15 * 60_000;

/** A time in which a node became, or ceased to be, the master that it was. */
interface Change {
  readonly after: number;
  readonly before: number;
}

interface Seen {
  readonly at: number;
  readonly mastership: string;
}

/**
 * Sees when masters change, whoever made them: by the soak's faults, or because a busy machine let a node wait. Codes
 * of a lost mastership are void (rule R19), so who is refused then has lost nothing that was promised.
 */
export class MastershipWatch {
  private changes: Change[] = [];
  private readonly seen = new Map<RedisServer, Seen>();
  private going = true;
  private readonly loop: Promise<void>;

  constructor(private readonly nodes: readonly RedisServer[]) {
    this.loop = this.keepLooking();
  }

  /** Whether any mastership changed, as far as seen, in this stretch of time. */
  changedIn(from: number, to: number): boolean {
    return this.changes.some(({ after, before }) => after <= to && before >= from);
  }

  /** Looks at every node once, from now on. */
  async look(): Promise<void> {
    await Promise.all(this.nodes.map((node) => this.lookAt(node)));
    const oldest = performance.now() - REMEMBERED_MS;
    this.changes = this.changes.filter(({ before }) => before > oldest);
  }

  async end(): Promise<void> {
    this.going = false;
    await this.loop;
  }

  private async keepLooking(): Promise<void> {
    while (this.going) {
      await this.look();
      await sleep(EVERY_MS);
    }
  }

  private async lookAt(node: RedisServer): Promise<void> {
    const asked = performance.now();
    // One that does not answer tells when it does again.
    const info = await askText(node, 'INFO', 'replication').catch(() => undefined);
    if (info === undefined) return;
    const mastership = `${lineOf(info, 'role') ?? ''} ${lineOf(info, 'master_replid') ?? ''}`;
    const last = this.seen.get(node);
    if (last !== undefined && last.mastership !== mastership && last.at < asked) {
      this.changes.push({ after: last.at, before: performance.now() });
    }
    if (last === undefined || last.at < asked) this.seen.set(node, { at: asked, mastership });
  }
}
