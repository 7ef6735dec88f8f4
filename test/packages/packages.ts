import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/markdown';

const FOLDER = join(ROOT, 'dist/packages');

/** Where `npm run pack:libs` has put the tarball of a package. */
export function tarballOf(name: string): string {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const found = files.find((file) => file.startsWith(`${name}-`) && file.endsWith('.tgz'));
  if (found === undefined) throw new Error(`${name} is not packed: run \`npm run pack:libs\``);
  return join(FOLDER, found);
}

/** The packages, with the folder of each in the project. */
export const PACKAGES = [
  { name: 'nestjs-sms-verification', library: 'libs/sms-verification' },
  { name: 'nestjs-sms-gateways', library: 'libs/sms-gateways' },
] as const;

/** Runs a program to its end, in a folder; what it printed is in the error if it fails. */
export function run(folder: string, program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
