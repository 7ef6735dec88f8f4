import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRODUCTION } from '../e2e/refused-environments';
import { ROOT } from '../support/markdown';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startProcess } from '../support/start-process';
import { run } from './packages';
import { WebhookCarrier } from './webhook-carrier';

/** What a file or a folder takes on most disks is whole blocks of this many bytes. */
const BLOCK = 4_096;

describe('npm run install:production', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sms-verification-production-'));
  const modules = join(folder, 'node_modules');
  let redis: RedisServer;
  let carrier: WebhookCarrier;
  let said: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    carrier = await WebhookCarrier.start();
    const files = ['package.json', 'package-lock.json', '.npmrc', 'dist'];
    for (const file of [...files, 'apps/api/install-production.js', 'apps/api/install-gateways.js']) {
      cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    }
    const { status, stdout, stderr } = spawnSync('npm', ['run', 'install:production'], {
      cwd: folder,
      encoding: 'utf8',
    });
    said = stdout + stderr;
    if (status !== 0) throw new Error(said);
  });
  afterAll(async () => {
    carrier.stop();
    await redis.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes at most 60 MB in the blocks of a disk, and at most 160 packages', () => {
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, unknown>>;
    };
    const blocks = readdirSync(modules, { recursive: true, encoding: 'utf8' }).reduce(
      (sum, entry) => sum + Math.ceil(lstatSync(join(modules, entry)).size / BLOCK),
      0,
    );
    const count = Object.keys(packages).length;
    console.log(`production: ${String(count)} packages, ${((blocks * BLOCK) / 1e6).toFixed(1)} MB on a disk`);

    expect(blocks * BLOCK).toBeLessThanOrEqual(60_000_000);
    expect(count).toBeLessThanOrEqual(160);
    // Were nothing there, nothing would have been counted.
    expect(blocks * BLOCK).toBeGreaterThan(10_000_000);
    expect(count).toBeGreaterThan(50);
  });

  it('lacks nothing that a package asks for, has nothing beside it, and nothing that is deprecated', () => {
    expect(said).toMatch(/added [0-9]+ packages/);
    expect(said).not.toMatch(/deprecated/i);
    run(folder, 'npm', 'ls', '--all', '--omit=dev');
  });

  it('runs the built application, which verifies a phone', async () => {
    const api = await startProcess(
      {
        ...PRODUCTION,
        SMS_STORE: 'redis',
        REDIS_URL: redis.url,
        SMS_GATEWAYS: 'webhook',
        WEBHOOK_URL: carrier.url,
        WEBHOOK_SECRET: 'a webhook secret of this very test, 32 bytes',
      },
      join(folder, 'dist/apps/api/src/main.js'),
    );
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const verified = await api.client.verify(phone, carrier.codeFor(phone), verificationId);
    expect(verified).toMatchObject({ status: 200, body: { verified: true } });
    expect(await api.stop()).toBe(0);
  });
});
