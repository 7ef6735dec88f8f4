import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../support/api-client';
import { freePort } from '../support/redis-server';
import type { Sample } from './growth';
import { suspiciousLines } from './suspicious-lines';

const ENTRY = join(__dirname, '../../dist/apps/api/src/main.js');
const PROBE = join(__dirname, 'probe.js');
/** What ends later than this was not going to end. */
const END_WITHIN_MS = 20_000;
const MEASURED_WITHIN_MS = 10_000;
const SUSPICIONS_KEPT = 20;

/** One API process after another on one port, as a supervisor keeps them. */
export class Instance {
  readonly client: ApiClient;
  /** Whether it is to be sent requests: listening, and not about to be ended. */
  up = false;
  /** What it held, since this process of it began. */
  samples: Sample[] = [];
  /** What should not have happened to it; the first of each run. */
  readonly troubles: string[] = [];
  private child: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    private readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.client = new ApiClient(`http://127.0.0.1:${String(port)}`, 32);
  }

  static async start(name: string, environment: Readonly<Record<string, string>>): Promise<Instance> {
    if (!existsSync(ENTRY))
      throw new Error('dist/ is missing: run `npm run build` (which `npm run soak` does)');
    const instance = new Instance(name, await freePort(), environment);
    await instance.begin();
    return instance;
  }

  /** Starts a process, and waits until it listens. */
  async begin(): Promise<void> {
    const child = spawn(process.execPath, ['--expose-gc', '-r', PROBE, ENTRY], {
      env: { PATH: process.env['PATH'], PORT: String(this.port), ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    this.samples = [];
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        const text = chunk.toString();
        for (const line of suspiciousLines(text)) this.trouble(line);
        if (!this.up) said += text;
        if (text.includes('Listening on')) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', (code, signal) => {
        // Whoever ends it on purpose lets go of it first.
        if (this.child === child) this.trouble(`ended unasked with ${String(code ?? signal)}`);
        reject(new Error(`${this.name} ended before it listened:\n${said}`));
      });
    });
    this.up = true;
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the process as a deployment does, which it must do by itself and with 0. */
  async terminate(): Promise<void> {
    const code = await this.end('SIGTERM');
    if (code !== 0) this.trouble(`ended with ${String(code)} after SIGTERM`);
  }

  async dispose(): Promise<void> {
    await this.client.close();
    if (this.child !== undefined) await this.terminate();
  }

  /** Notes what the process holds now; `at` is the time of this process's clock in milliseconds. */
  async measure(at: number): Promise<void> {
    const { child } = this;
    if (child?.connected !== true) return;
    const told = once(child, 'message', { signal: AbortSignal.timeout(MEASURED_WITHIN_MS) });
    child.send('measure');
    const [held] = (await told) as [Omit<Sample, 'at'>];
    this.samples.push({ at, ...held });
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    if (child === undefined) return null;
    this.child = undefined;
    if (child.exitCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill(signal);
    // Requests that were on their way are still to be answered; no new ones are sent.
    this.up = false;
    const late = new AbortController();
    const overdue = sleep(END_WITHIN_MS, 'overdue', { signal: late.signal }).catch(() => undefined);
    if ((await Promise.race([ended, overdue])) === 'overdue') child.kill('SIGKILL');
    late.abort();
    await ended;
    return child.exitCode;
  }

  private trouble(what: string): void {
    if (this.troubles.length < SUSPICIONS_KEPT) this.troubles.push(`${this.name}: ${what}`);
  }
}
