import { setTimeout as sleep } from 'node:timers/promises';
import { freshPhone } from '../support/phones';
import type { ApiProcess } from '../support/start-process';

/** One send over HTTP: when it was asked for, when the answer came, and which. */
export interface TimedAnswer {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
}

/** A load that leaves a machine time to answer: what is measured is the application, not its queue. */
const HANDS = 8;
const PAUSE_MS = 25;

/** Sends for phones that nobody knows, over several connections, until it is ended. */
export class HttpLoad {
  readonly answers: TimedAnswer[] = [];
  private going = true;
  private readonly hands: Promise<unknown>;

  constructor(private readonly api: ApiProcess) {
    this.hands = Promise.all(Array.from({ length: HANDS }, () => this.hand()));
  }

  async end(): Promise<void> {
    this.going = false;
    await this.hands;
  }

  /** How long the longest of them waited. */
  get slowestMs(): number {
    return Math.max(...this.answers.map(({ startedAt, endedAt }) => endedAt - startedAt));
  }

  /** When the last one was refused; -Infinity when none was. */
  get lastRefusalAt(): number {
    return Math.max(...this.answers.filter(({ status }) => status !== 202).map(({ endedAt }) => endedAt));
  }

  private async hand(): Promise<void> {
    while (this.going) {
      const startedAt = performance.now();
      const { status } = await this.api.client.post('/auth/sms/send', {
        phone: freshPhone(),
        purpose: 'login',
      });
      this.answers.push({ startedAt, endedAt: performance.now(), status });
      await sleep(PAUSE_MS);
    }
  }
}
