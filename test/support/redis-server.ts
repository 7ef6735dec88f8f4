import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisBinary } from './redis-binary';

/** A private Redis on a free port with a data folder of its own. */
export class RedisServer {
  private process: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'sms-verification-redis-'));

  private constructor(
    private readonly binary: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings more command-line arguments, such as `--maxmemory`, `64mb` */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(findRedisBinary(), await freePort(), settings);
    await server.resume();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Starts the server again on its port, empty, after `stop`. */
  async resume(): Promise<void> {
    const fixed = ['--port', String(this.port), '--dir', this.folder, '--bind', '127.0.0.1', '--save', ''];
    const child = spawn(this.binary, [...fixed, ...this.settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      let output = '';
      child.once('exit', () => {
        reject(new Error(`${this.binary} did not start:\n${output}`));
      });
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** Ends the server at once, as a crash would. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child?.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Sends one command, as an operator would. */
  async command(name: string, ...args: readonly string[]): Promise<unknown> {
    const client = new Redis(this.url);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Ends the server and removes its data. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  const closed = once(probe, 'close');
  probe.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
