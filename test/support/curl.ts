import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Sees to it that the commands of the documents find curl: as with Redis, nothing is skipped for the lack of it. */
export function requireCurl(): void {
  const present = (): boolean => spawnSync('curl', ['--version']).status === 0;
  if (present()) return;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('No curl on the PATH: installing the Debian package curl.');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'inherit' });
    execFileSync('apt-get', ['install', '-y', '-qq', 'curl'], { env, stdio: 'inherit' });
    if (present()) return;
  }
  throw new Error('The commands of the README are run by this test and need curl on the PATH: install it.');
}
