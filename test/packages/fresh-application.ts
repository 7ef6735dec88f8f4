import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeBlocks, readDocument } from '../support/markdown';
import { freePort, killed } from '../support/redis-server';
import { PACKAGES, run, tarballOf } from './packages';

const TSC = require.resolve('typescript/bin/tsc');

/** As strict as a stranger's may be. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023'],
    module: 'nodenext',
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
  },
  include: ['src'],
};

/** A stranger's application, outside the project: made of the packages' READMEs, with the packages installed in it. */
export class FreshApplication {
  readonly folder = mkdtempSync(join(tmpdir(), 'sms-verification-fresh-'));
  private server: ChildProcess | undefined;

  /** @param name of a folder beside this file, with the package.json of the application */
  constructor(private readonly name: string) {}

  /** Installs from the registry, and the packages from their tarballs. */
  install(): void {
    const manifest = readFileSync(join(__dirname, this.name, 'package.json'));
    writeFileSync(join(this.folder, 'package.json'), manifest);
    const tarballs = PACKAGES.map(({ name }) => tarballOf(name));
    run(this.folder, 'npm', 'install', '--no-audit', '--no-fund', ...tarballs);
    // Fails when anything is installed beside what it asks for.
    run(this.folder, 'npm', 'ls', '--all');
  }

  /** Compiles the files of the READMEs. */
  compile(): void {
    const source = join(this.folder, 'src');
    mkdirSync(source);
    for (const { library } of PACKAGES) {
      const blocks = codeBlocks(readDocument(join(library, 'README.md')));
      for (const { name, text } of blocks.filter(({ language }) => language === 'ts')) {
        writeFileSync(join(source, name), text);
      }
    }
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    run(this.folder, process.execPath, TSC, '-p', this.folder);
  }

  /** Starts what was compiled and waits until it listens; returns its address. */
  async start(environment: Readonly<Record<string, string>>): Promise<string> {
    const port = String(await freePort());
    const server = spawn(process.execPath, ['dist/main.js'], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: port, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.server = server;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const collect = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes('Listening on')) resolve();
      };
      server.stdout.on('data', collect);
      server.stderr.on('data', collect);
      server.once('exit', (code) => {
        reject(new Error(`the application ended with ${String(code)}:\n${output}`));
      });
    });
    return `http://127.0.0.1:${port}`;
  }

  /** What a script prints that is run in the application's folder, as the kind of module that the application is. */
  evaluate(script: string): string {
    return run(this.folder, process.execPath, '--input-type=module', '--eval', script).trim();
  }

  async dispose(): Promise<void> {
    if (this.server !== undefined) await killed(this.server);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
