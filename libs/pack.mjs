// Packs each library as a tarball that npm installs anywhere, into dist/packages: compiled with its types, its Lua
// files, its README and the licence. Inside the project the libraries know each other by an alias and take the
// versions of the root's package.json ("catalog:" in their own); a package names what it needs by itself.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/packages');
const LIBRARIES = ['sms-verification', 'sms-gateways'];
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const readManifest = (/** @type {string} */ path) => JSON.parse(readFileSync(path, 'utf8'));
const root = readManifest(join(ROOT, 'package.json'));

/** @type {Record<string, string>} */
const catalog = { ...root.devDependencies, ...root.dependencies };

/** @param {[string, string]} dependency */
function resolved([name, range]) {
  if (range === 'workspace:^') return [name, `^${root.version}`];
  if (range !== 'catalog:') return [name, range];
  if (catalog[name] === undefined) throw new Error(`${name} is no dependency of the project`);
  return [name, `^${catalog[name]}`];
}

/** @param {Record<string, string>} dependencies */
const withRanges = (dependencies) => Object.fromEntries(Object.entries(dependencies).map(resolved));

/** @param {string} folder @param {RegExp} name */
const filesIn = (folder, name) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));

/** @param {string} library @param {string} built @param {string} folder */
function assemble(library, built, folder) {
  const source = join(ROOT, 'libs', library);
  cpSync(join(built, library, 'src'), join(folder, 'dist'), { recursive: true });
  for (const file of filesIn(join(source, 'src'), /\.lua$/)) {
    cpSync(join(source, 'src', file), join(folder, 'dist', file));
  }
  for (const file of filesIn(join(folder, 'dist'), /\.(js|d\.ts)$/)) {
    const path = join(folder, 'dist', file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll(/(["'])@app\/(sms-[a-z]+)\1/g, '$1nestjs-$2$1'));
  }
  cpSync(join(source, 'README.md'), join(folder, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  const { dependencies, peerDependencies, ...manifest } = readManifest(join(source, 'package.json'));
  const complete = {
    ...manifest,
    version: root.version,
    license: root.license,
    engines: root.engines,
    dependencies: withRanges(dependencies),
    peerDependencies: withRanges(peerDependencies),
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(complete, undefined, 2)}\n`);
}

const work = mkdtempSync(join(tmpdir(), 'sms-verification-packages-'));
try {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const built = join(work, 'built');
  execFileSync(process.execPath, [TSC, '-p', join(ROOT, 'tsconfig.packages.json'), '--outDir', built], {
    stdio: 'inherit',
  });
  for (const library of LIBRARIES) {
    const folder = join(work, library);
    assemble(library, built, folder);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', OUT], { cwd: folder, stdio: 'inherit' });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
