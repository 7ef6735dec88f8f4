import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/redis-server';

const ROOT = join(__dirname, '../../..');
const BUILT = join(ROOT, 'dist/apps/api/src/main.js');

/** The load, and with it Redis, stay on the first core; servers that are measured get the second to themselves. */
const LOAD_CORE = '0';
const SERVER_CORE = '1';
const canPin = cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0;

/** How the processes were placed, for the report. */
export const PLACEMENT = canPin
  ? 'each server pinned to one core, the load and Redis to another'
  : 'not pinned to cores: taskset or a second core is missing';

/** Moves a process, this one included, to the core of the load. */
export function toLoadCore(pid: number | undefined): void {
  if (canPin && pid !== undefined) spawnSync('taskset', ['-a', '-p', '-c', LOAD_CORE, String(pid)]);
}

/** A server in a process of its own, told its port as PORT. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @param args what Node is started with */
  static async start(
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<ServerProcess> {
    const port = await freePort();
    const command = [process.execPath, ...args];
    const [program = '', ...rest] = canPin ? ['taskset', '-c', SERVER_CORE, ...command] : command;
    const child = spawn(program, rest, {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], PORT: String(port), ...environment },
      // A log that nobody reads is still written.
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const server = new ServerProcess(child, port);
    await server.listening();
    return server;
  }

  /** Seconds of CPU time that the process has used, by itself and in the kernel for it; NaN where nobody tells. */
  cpuSeconds(): number {
    const stat = `/proc/${String(this.child.pid)}/stat`;
    if (!existsSync(stat)) return NaN;
    // After the name in brackets, which may contain anything: fields 3 and on (proc(5)), in ticks of 10 ms.
    const fields = readFileSync(stat, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private async listening(): Promise<void> {
    for (;;) {
      if (this.child.exitCode !== null) throw new Error('the server ended before it listened');
      const answered = await fetch(`http://127.0.0.1:${String(this.port)}/health/live`).catch(
        () => undefined,
      );
      await answered?.arrayBuffer();
      if (answered !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const NULL_GATEWAY = ['-r', join(__dirname, 'null-gateway.js')];

/** Ours as it is built and run in production, everything on, with limits that this load does not reach. */
export function startOurs(
  redisUrl: string,
  more: Readonly<Record<string, string>> = {},
  gateway = NULL_GATEWAY,
): Promise<ServerProcess> {
  if (!existsSync(BUILT))
    throw new Error('dist/ is missing: run `npm run build` (which `npm run bench` does)');
  return ServerProcess.start([...gateway, BUILT], {
    NODE_ENV: 'development',
    REDIS_URL: redisUrl,
    SMS_IP_SEND_LIMIT: '999999/10m',
    SMS_IP_VERIFY_LIMIT: '999999/10m',
    SMS_SUBNET_SEND_LIMIT: '999999/10m',
    // More guesses for each message, so that a round of guesses needs fewer of them.
    SMS_MAX_ATTEMPTS: '10',
    ...more,
  });
}
