import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../bench/abuse/traffic/random';
import { askText, until } from '../support/redis-ask';
import type { RedisCluster } from '../support/redis-cluster';
import type { Deck } from './deck';
import type { Fault, Targets } from './faults';
import type { Front } from './front';
import type { Instance } from './instance';

const HEALED_WITHIN_MS = 30_000;
/** So long without a refusal, and it is over. */
const QUIET_MS = 1_000;
const MASTERS = 3;

/** What happened, and from when to when something was broken. */
export interface Struck {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface Battlefield extends Omit<Targets, 'mortal'> {
  readonly cluster: RedisCluster;
  readonly instances: readonly Instance[];
  readonly mortal: readonly Instance[];
  readonly front: Front;
  readonly random: Random;
}

/** One fault after the other, each after the last has healed. */
export class Storm {
  /** How often each has struck. */
  readonly counts = new Map<string, number>();
  longestMs = 0;
  /** Those who wait until something is broken, and those who wait until nothing is any more. */
  private eager: (() => void)[] = [];
  private waiting: (() => void)[] = [];
  private over = false;

  constructor(
    private readonly field: Battlefield,
    private readonly deck: Deck<Fault>,
  ) {}

  /** Strikes with the next fault, and returns when nothing is broken any more. */
  async strike(): Promise<Struck> {
    const { name, strike } = this.deck.next();
    const released = this.waiting;
    this.waiting = [];
    const from = performance.now();
    const { eager } = this;
    this.eager = [];
    for (const release of eager) release();
    try {
      await strike(this.field);
      await this.healed();
    } catch (error) {
      // They are let go of at the end, which comes now.
      this.waiting.push(...released);
      throw new Error(`"${name}" did not heal`, { cause: error });
    }
    const to = performance.now();
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.longestMs = Math.max(this.longestMs, to - from);
    for (const release of released) release();
    return { name, from, to };
  }

  /** Resolves when the next fault begins to strike, or the soak ends. */
  readonly nextStrike = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.over) resolve();
      else this.eager.push(resolve);
    });

  /** Resolves when the next fault has struck and healed, or the soak ends. */
  readonly nextFault = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.over) resolve();
      else this.waiting.push(resolve);
    });

  /** Lets go of all who wait for a fault. */
  end(): void {
    this.over = true;
    for (const release of [...this.eager, ...this.waiting]) release();
    this.eager = [];
    this.waiting = [];
  }

  /** Leaves people some time without faults. */
  async lull(): Promise<void> {
    await sleep(this.field.random.between(500, 3_000));
  }

  /** Returns when nothing is broken any more. */
  async healed(): Promise<void> {
    const { cluster, instances, front } = this.field;
    await cluster.settled();
    await until(
      'each master has a replica',
      async () => {
        const masters = await cluster.masters();
        const told = await Promise.all(masters.map((master) => askText(master, 'INFO', 'replication')));
        return masters.length === MASTERS && told.every((info) => info.includes('state=online'));
      },
      HEALED_WITHIN_MS,
    );
    await until(
      'each API process is ready',
      async () => {
        const answers = await Promise.all(instances.map(({ client }) => client.get('/health/ready')));
        return answers.every(({ status }) => status === 200);
      },
      HEALED_WITHIN_MS,
    );
    await until(
      'nobody is refused any more',
      () => Promise.resolve(performance.now() - front.lastRefusalAt > QUIET_MS),
      HEALED_WITHIN_MS,
    );
  }
}
