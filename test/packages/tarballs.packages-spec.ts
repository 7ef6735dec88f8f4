import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocument, ROOT } from '../support/markdown';
import { PACKAGES, run, tarballOf } from './packages';

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
}

const project = JSON.parse(readDocument('package.json')) as Manifest & {
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe.each(PACKAGES)('the package $name', ({ name, library }) => {
  let folder: string;
  let files: string[];
  let manifest: Manifest;
  const textOf = (file: string): string => readFileSync(join(folder, 'package', file), 'utf8');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sms-verification-tarball-'));
    run(folder, 'tar', '-xzf', tarballOf(name));
    files = readdirSync(join(folder, 'package'), { recursive: true, encoding: 'utf8' });
    manifest = JSON.parse(textOf('package.json')) as Manifest;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('has its entry, its types, its README and the licence, and no test', () => {
    expect(files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'README.md', 'LICENSE', 'package.json']),
    );
    expect(files.filter((file) => file.includes('.spec.'))).toEqual([]);
    expect(textOf('README.md')).toBe(readDocument(join(library, 'README.md')));
  });

  it('has every Lua file of its library', () => {
    const lua = readdirSync(join(ROOT, library, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.lua'),
    );
    expect(files.filter((file) => file.endsWith('.lua')).sort()).toEqual(
      lua.map((file) => join('dist', file)).sort(),
    );
  });

  it('knows no alias of the project', () => {
    const code = files.filter((file) => /\.(?:js|d\.ts|json)$/.test(file));
    expect(code.length).toBeGreaterThan(10);
    // In a comment an alias may stand, for readers; in a specifier or in a manifest it would be looked for.
    expect(code.filter((file) => /["']@app\/|"(?:catalog|workspace):/.test(textOf(file)))).toEqual([]);
  });

  it('has the version and licence of the project, and asks for what the project is tested with, or newer', () => {
    expect(manifest).toMatchObject({ version: project.version, license: project.license });
    for (const [dependency, range] of Object.entries(manifest.dependencies)) {
      expect(`${dependency} ${range}`).toBe(`${dependency} ^${project.dependencies[dependency] ?? 'none'}`);
    }
  });

  it('asks for no SDK of a provider unless it is used', () => {
    for (const name of Object.keys(project.devDependencies)) {
      expect(Object.keys(manifest.dependencies)).not.toContain(name);
      if (name in manifest.peerDependencies) {
        expect(manifest.peerDependenciesMeta?.[name]).toEqual({ optional: true });
      }
    }
  });

  it('imports nothing that it does not ask for', () => {
    const asked = { ...manifest.dependencies, ...manifest.peerDependencies };
    const imported = files
      .filter((file) => file.endsWith('.js') || file.endsWith('.d.ts'))
      .flatMap((file) => [
        ...textOf(file).matchAll(/(?:^import .* from |\brequire\(|\bimport\()["']([^."'][^"']*)["']/gm),
      ])
      .map(([, specifier = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
      .filter((dependency) => !dependency.startsWith('node:'));
    expect([...new Set(imported)].filter((dependency) => !(dependency in asked))).toEqual([]);
    expect(imported).toContain('@nestjs/common');
  });

  it('is found clean by publint and by arethetypeswrong', () => {
    run(ROOT, 'npx', 'publint', tarballOf(name), '--strict');
    run(ROOT, 'npx', 'attw', tarballOf(name));
  });
});
