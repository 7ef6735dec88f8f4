// `npm run gateways twilio vonage` brings what these gateways need into an installation for production, which comes
// without any provider's package. The names are those of SMS_GATEWAYS; one list with commas does too.
//
// Neither `npm ci` nor a plain `npm install twilio` does it: to npm these are packages for development, which
// production leaves out. Named as they are here they come in the versions, and with the very files, that
// package-lock.json holds, and nothing in the checkout changes.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');

/** @type {Readonly<Record<string, readonly string[]>>} */
const PACKAGES = {
  twilio: ['twilio'],
  aws: ['@aws-sdk/client-pinpoint-sms-voice-v2'],
  vonage: ['@vonage/sms', '@vonage/auth'],
  smpp: [],
  kannel: [],
  webhook: [],
  inbox: [],
};

/** @param {string} name */
const isInstalled = (name) => existsSync(join(ROOT, 'node_modules', name, 'package.json'));

const names = process.argv.slice(2).flatMap((list) => list.split(',').filter((name) => name !== ''));
const unknown = names.filter((name) => !(name in PACKAGES));
if (unknown.length > 0) {
  console.error(`no gateway: ${unknown.join(', ')}; there are ${Object.keys(PACKAGES).join(', ')}`);
  process.exit(1);
}

const asked = names.flatMap((name) => PACKAGES[name]);
if (asked.every(isInstalled)) {
  console.log('everything that these gateways need is installed');
  process.exit(0);
}

// Those that came earlier are named again: what is not named, npm takes away.
const wanted = new Set([...asked, ...Object.values(PACKAGES).flat().filter(isInstalled)]);
const { devDependencies } = require('../../package.json');
const { status } = spawnSync(
  'npm',
  [
    ...['install', '--no-save', '--save-prod', '--omit=dev', '--loglevel=error'],
    ...[...wanted].map((name) => `${name}@${devDependencies[name]}`),
  ],
  { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' },
);
process.exit(status ?? 1);
