import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What each of the programs that we speak with is found by. */
const PACKAGES = {
  kannel: () => onPath('bearerbox') && onPath('smsbox'),
  'kannel-extras': () => existsSync('/usr/lib/kannel/test/fakesmsc'),
  'libnet-smpp-perl': () => spawnSync('perl', ['-MNet::SMPP', '-e', '1']).status === 0,
  tshark: () => onPath('tshark'),
};

export type DebianPackage = keyof typeof PACKAGES;

/**
 * Makes sure that the packages are there, and installs them where we may. Anywhere else the suite fails and says
 * what would help: nothing is ever skipped.
 */
export function requireDebianPackages(...names: readonly DebianPackage[]): void {
  const missing = names.filter((name) => !PACKAGES[name]());
  if (missing.length === 0) return;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log(`Installing the Debian packages ${missing.join(', ')}.`);
    // Installing them must start no service system-wide; init scripts heed the run level.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'inherit' });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
      env,
      stdio: 'inherit',
    });
    if (missing.every((name) => PACKAGES[name]())) return;
  }
  throw new Error(
    [
      `These tests speak with real carriers' software, and some of it is missing: ${missing.join(', ')}.`,
      `On Debian or Ubuntu: apt-get install ${missing.join(' ')} (run as root, the tests do it themselves).`,
    ].join('\n'),
  );
}

function onPath(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}
