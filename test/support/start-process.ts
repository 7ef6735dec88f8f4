import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from './api-client';
import { freePort } from './redis-server';
import { WIDE_IP_LIMITS } from './wide-ip-limits';

const ENTRY = join(__dirname, '../../dist/apps/api/src/main.js');

/** The built application in a process of its own, as an operator runs it. */
export interface ApiProcess {
  readonly client: ApiClient;
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Asks it to end and waits until it has; returns the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built application, here or where it was copied to, and waits until it listens. */
export async function startProcess(
  environment: Readonly<Record<string, string>>,
  entry = ENTRY,
): Promise<ApiProcess> {
  if (!existsSync(entry)) throw new Error('dist/ is missing: run `npm run build` (which `npm test` does)');
  const port = await freePort();
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      SHUTDOWN_GRACE_MS: '0',
      PORT: String(port),
      ...WIDE_IP_LIMITS,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Listening on')) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', (code) => {
      reject(new Error(`the application ended with ${String(code)}:\n${output}`));
    });
  });
  const client = new ApiClient(`http://127.0.0.1:${String(port)}`);
  return {
    client,
    child,
    output: () => output,
    stop: async () => {
      await client.close();
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      return child.exitCode;
    },
  };
}
