// `npm run install:production twilio vonage` installs what the built application runs on, with what these gateways
// need: the packages without those for development, and of each package only what Node reads.
//
// Typings, sources in TypeScript, which Node runs nowhere in node_modules, and source maps are two fifths of what npm
// installs.
const { spawnSync } = require('node:child_process');
const { readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');
const UNREAD = /\.(?:[cm]?ts|map)$/;

/** @param {string} program @param {string[]} args */
function run(program, ...args) {
  // On Windows npm is a script, which a shell alone finds.
  const shell = process.platform === 'win32' && program === 'npm';
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}

run('npm', 'ci', '--omit=dev');
run(process.execPath, join(__dirname, 'install-gateways.js'), ...process.argv.slice(2));

for (const entry of readdirSync(join(ROOT, 'node_modules'), { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && UNREAD.test(entry.name)) rmSync(join(entry.parentPath, entry.name));
}
