import { join } from 'node:path';
import { Random } from '../bench/abuse/traffic/random';
import { RedisCluster } from '../support/redis-cluster';
import { ask } from '../support/redis-ask';
import { WIDE_IP_LIMITS } from '../support/wide-ip-limits';
import { Carrier } from './carrier';
import { Deck } from './deck';
import { endlessKeys } from './endless-keys';
import { FAULTS } from './faults';
import { Front } from './front';
import { Instance } from './instance';
import { Ledger } from './ledger';
import { Load } from './load';
import { MastershipWatch } from './mastership-watch';
import type { Sabotage, SoakOptions } from './options';
import { Storm, type Struck } from './storm';
import type { Evidence } from './verdicts';

const MAX_ATTEMPTS = 5;
const COOLDOWN_SECONDS = 1;
/** What a change of masters may cost a request before and after it is seen. */
const AROUND_CHANGE_MS = 3_000;

/** As in production, but with limits that one client with few phones does not reach. */
function environmentOf(cluster: RedisCluster, carrier: Carrier, sabotage?: Sabotage): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    SHUTDOWN_GRACE_MS: '500',
    SMS_PRODUCT_NAME: 'Soak',
    REDIS_CLUSTER_NODES: cluster.addresses,
    SMS_CODE_SECRET: 'the code secret of a soak, which is long enough',
    SMS_PHONE_KEY: 'the phone key of a soak, which is long enough too',
    SMS_GATEWAYS: 'webhook',
    WEBHOOK_URL: carrier.url,
    WEBHOOK_SECRET: 'the webhook secret of a soak, which is long enough',
    SMS_COOLDOWN_SECONDS: String(COOLDOWN_SECONDS),
    SMS_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
    SMS_PHONE_QUOTA: '100/1h',
    SMS_FAILURE_WAITS: '50/1s,100/2s',
    // What the guard would hold is counted all the same.
    SMS_ABUSE_MODE: 'record',
    SMS_PRICES: join(__dirname, 'prices.json'),
    SMS_BUDGET_USD_DAY: '1000000',
    ...WIDE_IP_LIMITS,
    ...(sabotage === 'no-fence' ? { SMS_DURABILITY: 'none' } : {}),
    ...(sabotage === 'leak' ? { SOAK_SABOTAGE: 'leak' } : {}),
  };
}

/** A Cluster, API processes before it, people before those, and one fault after the other. */
export class Soak {
  private readonly ledger = new Ledger(MAX_ATTEMPTS);
  private readonly front: Front;
  private readonly storm: Storm;
  private readonly watch: MastershipWatch;
  private readonly load: Load;
  private refusedInQuiet = 0;
  private hurried = false;
  private abandoned: string | undefined;

  private constructor(
    private readonly cluster: RedisCluster,
    private readonly carrier: Carrier,
    private readonly instances: readonly Instance[],
    seed: string,
  ) {
    const random = new Random(seed, 'people');
    this.front = new Front(instances, random);
    const faults = new Random(seed, 'faults');
    const field = { cluster, instances, mortal: instances.slice(1), front: this.front, random: faults };
    this.storm = new Storm(field, new Deck(FAULTS, faults));
    this.watch = new MastershipWatch(cluster.nodes);
    this.load = new Load(this.front, carrier, random, {
      ...{ random, maxAttempts: MAX_ATTEMPTS, cooldownMs: COOLDOWN_SECONDS * 1_000 },
      ...{ nextStrike: this.storm.nextStrike, nextFault: this.storm.nextFault },
    });
  }

  static async start({ seed, sabotage }: SoakOptions): Promise<Soak> {
    const [cluster, carrier] = await Promise.all([RedisCluster.start(), Carrier.start()]);
    try {
      const environment = environmentOf(cluster, carrier, sabotage);
      const starts = ['api-1', 'api-2'].map((name) => Instance.start(name, environment));
      const instances = await Promise.all(starts);
      if (sabotage === 'endless-key') {
        await ask(await cluster.masterOf('sms:{endless}'), 'SET', 'sms:{endless}', 'without an end');
      }
      return new Soak(cluster, carrier, instances, seed);
    } catch (error) {
      await carrier.close();
      await cluster.dispose();
      throw error;
    }
  }

  /** Goes on for so long. A fault that does not heal ends it early. */
  async run(durationMs: number): Promise<void> {
    try {
      // A process listens before its connections to all nodes are open, and refuses until then.
      await this.storm.healed();
      await this.lookBack({ name: 'start', from: -Infinity, to: performance.now() });
      const end = performance.now() + durationMs;
      while (performance.now() < end && !this.hurried) {
        await this.storm.lull();
        await this.lookBack(await this.storm.strike());
      }
    } catch (error) {
      this.abandoned = messagesOf(error);
    }
    this.storm.end();
    await this.load.end();
    await this.lookBack();
    await this.watch.end();
  }

  /** Lets the run end after the fault that is on. */
  hurry(): void {
    this.hurried = true;
  }

  /** One line on how it stands. */
  get progress(): string {
    const { people, codesAccepted, allBroken } = this.ledger;
    const last = this.instances[0]?.samples.at(-1);
    const struck = [...this.storm.counts.values()].reduce((total, count) => total + count, 0);
    const held =
      last === undefined
        ? ''
        : `, heap ${(last.bytes / 2 ** 20).toFixed(1)} MB, ${String(last.handles)} handles`;
    return (
      `${String(struck)} faults, ${String(people)} people, ${String(this.front.requests)} requests, ` +
      `${String(codesAccepted)} codes accepted${held}; broken promises: ${String(allBroken)}`
    );
  }

  async evidence(): Promise<Evidence> {
    const masters = this.abandoned === undefined ? await this.cluster.masters() : [];
    const scanned = await Promise.all(masters.map(endlessKeys));
    const { people, codesAccepted, proofsRedeemed, guesses, messages, repeats } = this.ledger;
    return {
      ...{ people, codesAccepted, proofsRedeemed, guesses, messages, repeats },
      broken: (breach) => this.ledger.broken(breach),
      requests: this.front.requests,
      slowestMs: this.front.slowestMs,
      refusedInQuiet: this.refusedInQuiet,
      unforeseenCount: this.front.unforeseenCount,
      faults: this.storm.counts,
      longestFaultMs: this.storm.longestMs,
      lives: this.instances,
      troubles: this.instances.flatMap(({ troubles }) => troubles),
      keys: scanned.reduce((total, { keys }) => total + keys, 0),
      endless: scanned.flatMap(({ endless }) => endless),
      ...(this.abandoned === undefined ? {} : { abandoned: this.abandoned }),
    };
  }

  /** What to look at when a promise is broken. */
  get particulars(): string[] {
    return [
      ...this.front.unforeseen.map((what) => `unforeseen: ${what}`),
      ...this.instances.flatMap(({ troubles }) => troubles),
      ...this.ledger.samples.map((sample) => JSON.stringify(sample)),
    ];
  }

  async dispose(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.dispose()));
    await this.carrier.close();
    await this.cluster.dispose();
  }

  /** Judges what has been told since the last time, and measures what is held now. */
  private async lookBack(struck?: Struck): Promise<void> {
    const stories = this.load.take();
    const { refusals } = this.front;
    this.front.refusals = [];
    // What happened to the masters is seen a moment later.
    await this.watch.look();
    this.ledger.judge(stories, (from, to) => this.watch.changedIn(from, to));
    this.refusedInQuiet += refusals.filter(({ start, end }) => {
      const inFault = struck !== undefined && start <= struck.to && end >= struck.from;
      return !inFault && !this.watch.changedIn(start - AROUND_CHANGE_MS, end + AROUND_CHANGE_MS);
    }).length;
    await Promise.all(this.instances.map((instance) => instance.measure(performance.now())));
  }
}

function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) messages.push(at.message);
  return messages.join(' <- ');
}
