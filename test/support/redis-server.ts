import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisBinary } from './redis-binary';

/** The files of a server's certificate, which is also the authority that clients trust. */
export interface ServerCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** How a private server differs from one with its defaults. */
export interface RedisServerOptions {
  /** More command-line arguments, such as `--maxmemory`, `64mb`. */
  readonly settings?: readonly string[];
  /** Makes the server speak TLS alone. */
  readonly tls?: ServerCertificate;
}

/** A private Redis on a free port with a data folder of its own. */
export class RedisServer {
  private process: ChildProcess | undefined;
  private frozen = false;
  readonly folder = mkdtempSync(join(tmpdir(), 'sms-verification-redis-'));

  private constructor(
    private readonly binary: string,
    readonly port: number,
    private readonly options: RedisServerOptions,
  ) {}

  /** @param settings more command-line arguments, such as `--maxmemory`, `64mb` */
  static start(...settings: readonly string[]): Promise<RedisServer> {
    return RedisServer.startWith({ settings });
  }

  static async startWith(options: RedisServerOptions): Promise<RedisServer> {
    const server = new RedisServer(findRedisBinary(), await freePort(), options);
    await server.resume();
    return server;
  }

  get url(): string {
    return `${this.options.tls === undefined ? 'redis' : 'rediss'}://${this.address}`;
  }

  /** As the variables for Sentinels and Clusters write it. */
  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Whether the server answers: neither stopped nor frozen. */
  get running(): boolean {
    return this.process?.exitCode === null && this.process.signalCode === null && !this.frozen;
  }

  /**
   * Starts the server again on its port after `stop`: empty, unless its settings keep what it had.
   *
   * @param more arguments for this time alone; they win over those it was made with
   */
  async resume(...more: readonly string[]): Promise<void> {
    const { tls, settings = [] } = this.options;
    const port = String(this.port);
    const listening = tls === undefined ? ['--port', port] : ['--port', '0', '--tls-port', port];
    const fixed = [...listening, '--dir', this.folder, '--bind', '127.0.0.1', '--save', ''];
    const secured = tls === undefined ? [] : tlsSettings(tls);
    this.process = await startServer(this.binary, [...fixed, ...secured, ...settings, ...more]);
  }

  /** Stops the server where it is, as a hung machine would: it keeps its connections and answers nothing. */
  freeze(): void {
    this.frozen = true;
    this.process?.kill('SIGSTOP');
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    this.process?.kill('SIGCONT');
    this.frozen = false;
  }

  /** Ends the server at once, as a crash would, frozen or not. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    this.frozen = false;
    if (child === undefined) return;
    await killed(child);
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

/** Starts a server program and waits until it says that it serves. */
export async function startServer(binary: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    child.once('exit', () => {
      reject(new Error(`${binary} did not start:\n${output}`));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === READY) return;
      output += chunk.toString();
      if (!output.includes(READY) && !output.includes(SENTINEL_READY)) return;
      output = READY;
      resolve();
    });
  });
  return child;
}

const READY = 'Ready to accept connections';
const SENTINEL_READY = 'Sentinel ID is';

/** Ends a process by SIGKILL, which also ends one that is stopped, and waits until it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function tlsSettings({ certificateFile, keyFile }: ServerCertificate): string[] {
  const files = ['--tls-cert-file', certificateFile, '--tls-key-file', keyFile];
  return [...files, '--tls-ca-cert-file', certificateFile, '--tls-auth-clients', 'no'];
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
