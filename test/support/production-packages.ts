import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument, ROOT } from './markdown';

interface LockedPackage {
  readonly dev?: boolean;
}

/** Where `npm ci --omit=dev` puts a package, for every package that it installs. */
export function productionPackages(): readonly string[] {
  const { packages } = JSON.parse(readDocument('package-lock.json')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev)
    .map(([path]) => path);
}

/** The bytes of the files of a package, without the packages inside it. */
export function bytesOf(path: string): number {
  let bytes = 0;
  for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isFile()) bytes += lstatSync(join(ROOT, inside)).size;
    else if (entry.isDirectory() && entry.name !== 'node_modules') bytes += bytesOf(inside);
  }
  return bytes;
}
