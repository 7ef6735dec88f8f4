import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const ARGUMENTS = [
  // Test machines and containers often run as root, where Chromium's sandbox cannot.
  '--no-sandbox',
  '--disable-gpu',
  // Nothing here talks to the outside, and Chromium itself shall not either.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium without a window, with a fresh profile that goes with it. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

/**
 * The browser to test with. Where there is none, Debian gets the package installed, if we may; anywhere else the run
 * stops here and says what would help. Nothing is ever skipped.
 */
function findChromium(): string {
  const found = onPath();
  if (found !== undefined) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('No Chromium on the PATH: installing the Debian package chromium.');
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-qq'], { env: environment, stdio: 'inherit' });
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { env: environment, stdio: 'inherit' });
    const installed = onPath();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    [
      'These tests walk through the page in a real Chromium, and none was found. Either',
      '  1. put chromium or google-chrome on the PATH, or',
      '  2. on Debian, run the tests as root: they install the package chromium.',
    ].join('\n'),
  );
}

function onPath(): string | undefined {
  for (const program of PROGRAMS) {
    const { status, stdout } = spawnSync('which', [program], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}
