import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const NAMES = ['redis-server', 'valkey-server'];

/**
 * The server program to start private instances with. Where there is none, Debian and Ubuntu get the package
 * installed, if we may; anywhere else the run stops here and says what would help. Nothing is ever skipped.
 */
export function findRedisBinary(): string {
  const found = onPath();
  if (found !== undefined) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('No redis-server on the PATH: installing the Debian package redis-server.');
    // policy-rc.d 101: install the program without starting a system-wide service on port 6379.
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    execFileSync('apt-get', ['update', '-qq'], { env: environment, stdio: 'inherit' });
    execFileSync('apt-get', ['install', '-y', '-qq', 'redis-server'], { env: environment, stdio: 'inherit' });
    const installed = onPath();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    [
      'These tests run on a real Redis, and none was found. Provide one in any of three ways:',
      '  1. put redis-server or valkey-server (7 or later) on the PATH: the tests start private instances;',
      '  2. on Debian or Ubuntu, run the tests as root: they install the package redis-server;',
      '  3. install Redis from https://redis.io/docs/latest/operate/oss_and_stack/install/ and see 1.',
      'TEST_REDIS_URL names a server for the suites that only read and write; those that stop, freeze or',
      'restart Redis need a program to start.',
    ].join('\n'),
  );
}

function onPath(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ['--version']).status === 0);
}
