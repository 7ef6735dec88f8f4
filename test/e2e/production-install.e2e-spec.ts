import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GATEWAY_NAMES } from '../../apps/api/src/config/gateway-environment';
import { codeWords, readDocument, ROOT, tableOf } from '../support/markdown';
import { bytesOf, productionPackages } from '../support/production-packages';
import { startProcess } from '../support/start-process';
import { PRODUCTION } from './refused-environments';

const { devDependencies } = JSON.parse(readDocument('package.json')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** What docs/gateways.md says is to be installed for a gateway. */
const packagesByGateway = new Map(
  tableOf(
    readDocument('docs/gateways.md'),
    'gateway',
    'carries by',
    'package to install',
    'settings',
    'reports delivery',
  ).map((row) => [codeWords(row.gateway)[0] ?? '', codeWords(row['package to install'])]),
);

const folder = mkdtempSync(join(tmpdir(), 'production-install-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('an installation for production', () => {
  it('keeps to the packages and the bytes that docs/operations.md promises', () => {
    const [, most, megabytes] =
      /at most ([0-9]+) packages and ([0-9]+) MB/.exec(readDocument('docs/operations.md')) ?? [];
    const packages = productionPackages();
    const bytes = packages.reduce((sum, path) => sum + bytesOf(path), 0);

    expect([most, megabytes]).toEqual(['160', '60']);
    expect(packages.length).toBeLessThanOrEqual(160);
    expect(bytes).toBeLessThanOrEqual(60_000_000);
    // Were they not there, nothing would have been counted.
    expect(packages.length).toBeGreaterThan(50);
    expect(bytes).toBeGreaterThan(10_000_000);
  });

  it('needs no package that its authors call deprecated, and neither does work on the project', () => {
    expect(readDocument('package-lock.json')).not.toContain('"deprecated":');
  });

  describe('with the built application', () => {
    const entry = join(folder, 'dist/apps/api/src/main.js');

    beforeAll(() => {
      cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
      cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
      for (const path of productionPackages().filter((name) => name.lastIndexOf('node_modules/') === 0)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        symlinkSync(join(ROOT, path), join(folder, path), 'dir');
      }
    });

    it('has all that it needs, as long as no gateway needs a package of its own', async () => {
      const api = await startProcess(
        {
          ...PRODUCTION,
          SMS_GATEWAYS: 'kannel,webhook,smpp',
          KANNEL_URL: 'http://127.0.0.1:9',
          KANNEL_USERNAME: 'tester',
          KANNEL_PASSWORD: 'geheim',
          KANNEL_FROM: 'Example',
          WEBHOOK_URL: 'http://127.0.0.1:9',
          WEBHOOK_SECRET: 'a webhook secret of this very test, 32 bytes',
          SMPP_URL: 'smpp://127.0.0.1:9',
          SMPP_SYSTEM_ID: 'tester',
          SMPP_PASSWORD: 'geheim',
        },
        entry,
      );
      expect(await api.stop()).toBe(0);
    });

    it('does not start with a gateway whose package is missing, and says what to run', () => {
      const { status, stderr } = spawnSync(process.execPath, [entry], {
        env: {
          PATH: process.env['PATH'],
          ...PRODUCTION,
          SMS_GATEWAYS: 'inbox,twilio',
          TWILIO_ACCOUNT_SID: 'AC0',
          TWILIO_AUTH_TOKEN: 'geheim',
          TWILIO_FROM: '+15005550006',
        },
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr.split('\n').slice(-5)).toEqual([
        'A configured gateway needs the package twilio, which is not installed. Run:',
        '  npm run gateways inbox,twilio',
        'or, for an image:',
        '  docker build --build-arg SMS_GATEWAYS=inbox,twilio .',
        '',
      ]);
    });
  });
});

describe('npm run gateways', () => {
  const checkout = join(folder, 'checkout');
  const script = join(checkout, 'apps/api/install-gateways.js');

  beforeAll(() => {
    // An npm that says what it is asked for, in a checkout in which nothing is installed.
    const npm = join(folder, 'bin/npm');
    mkdirSync(dirname(npm));
    writeFileSync(npm, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(npm, 0o755);
    mkdirSync(dirname(script), { recursive: true });
    cpSync(join(ROOT, 'apps/api/install-gateways.js'), script);
    cpSync(join(ROOT, 'package.json'), join(checkout, 'package.json'));
  });

  afterEach(() => {
    rmSync(join(checkout, 'node_modules'), { recursive: true, force: true });
  });

  const run = (...names: string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...names], {
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  };

  /** The packages, with their versions, that npm is asked for. */
  const asked = (...names: string[]): string[] =>
    run(...names)
      .output.trim()
      .split('\n')
      .slice(5);

  const pretendInstalled = (name: string): void => {
    mkdirSync(join(checkout, 'node_modules', name), { recursive: true });
    writeFileSync(join(checkout, 'node_modules', name, 'package.json'), '{}');
  };

  it('knows every gateway there is', () => {
    expect([...packagesByGateway.keys()].sort()).toEqual([...GATEWAY_NAMES].sort());
    const all = run(...GATEWAY_NAMES);
    expect(all.status).toBe(0);
  });

  it.each([...packagesByGateway].filter(([, packages]) => packages.length > 0))(
    'installs what docs/gateways.md says, in the version of package.json: %s',
    (gateway, packages) => {
      expect(asked(gateway)).toEqual(packages.map((name) => `${name}@${devDependencies[name] ?? ''}`));
    },
  );

  it('leaves the packages for development out, and the checkout as it was', () => {
    const version = devDependencies['twilio'] ?? '';
    expect(run('twilio,kannel').output.trim().split('\n')).toEqual([
      ...['install', '--no-save', '--save-prod', '--omit=dev', '--loglevel=error'],
      `twilio@${version}`,
    ]);
  });

  it('keeps what it installed before', () => {
    pretendInstalled('twilio');
    expect(asked('aws').map((name) => name.replace(/@[^@]+$/, ''))).toEqual([
      '@aws-sdk/client-pinpoint-sms-voice-v2',
      'twilio',
    ]);
  });

  it('does nothing when all is there already, or nothing is needed', () => {
    pretendInstalled('twilio');
    const nothing = { status: 0, output: 'everything that these gateways need is installed\n' };
    expect(run('twilio')).toEqual(nothing);
    expect(run('webhook', 'smpp', 'inbox')).toEqual(nothing);
    expect(run('')).toEqual(nothing);
  });

  it('refuses a gateway that does not exist', () => {
    expect(run('twillio')).toEqual({
      status: 1,
      output: 'no gateway: twillio; there are twilio, aws, vonage, smpp, kannel, webhook, inbox\n',
    });
  });

  it('is what the image is built with', () => {
    const dockerfile = readDocument('Dockerfile');
    expect(dockerfile).toContain('ARG SMS_GATEWAYS=\n');
    expect(dockerfile).toContain(
      'COPY apps/api/install-production.js apps/api/install-gateways.js ./apps/api/\n',
    );
    expect(dockerfile).toContain('RUN npm run install:production "$SMS_GATEWAYS"\n');
    expect(readDocument('package.json')).toContain('"gateways": "node apps/api/install-gateways.js"');
    expect(readDocument('package.json')).toContain(
      '"install:production": "node apps/api/install-production.js"',
    );
  });
});
