import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readArguments, readPhone } from '../../apps/api/src/cli/arguments';
import { Operator } from '../../apps/api/src/cli/operator';
import { OperatorModule } from '../../apps/api/src/cli/operator.module';
import { readSettings } from '../../apps/api/src/config/settings';
import { wrongCode } from '../support/api-client';
import { codeBlocks, readDocument, ROOT } from '../support/markdown';
import { freshPhone } from '../support/phones';
import { sharedRedisUrl } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';

const ENTRY = join(ROOT, 'dist/apps/api/src/cli/main.js');

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs the built command, as an operator does. */
function sms(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], NODE_ENV: 'test', ...environment };
    const child = execFile(process.execPath, [ENTRY, ...args], { env }, (error, output, errors) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : -1, output, errors });
    });
    child.stdin?.end(input);
  });
}

describe('the commands of operators', () => {
  let api: TestApp;
  let folder: string;
  let environment: Record<string, string>;
  let operators: INestApplicationContext;

  /** What a command comes to, without a process of its own. */
  async function run(...args: readonly string[]): Promise<{ exitCode: number; output: string }> {
    const command = readArguments(args);
    if (command === 'help') throw new Error('this is no command');
    const phone = readPhone(command.phone, command.region);
    const { lines, exitCode } = await operators.get(Operator).run(command, phone);
    return { exitCode, output: `${lines.join('\n')}\n` };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prices-'));
    const prices = join(folder, 'prices.json');
    writeFileSync(prices, '{ "default": 0.1 }');
    const own = {
      SMS_PRICES: prices,
      SMS_BUDGET_USD_DAY_FR: '0',
      SMS_REGIONS_DENY: 'DE',
      SMS_PHONE_QUOTA: '2/1h',
      SMS_FAILURE_WAITS: '5/10m,100/1d',
    };
    api = await startApp({ environment: own });
    environment = { ...own, REDIS_URL: sharedRedisUrl(), REDIS_KEY_PREFIX: api.keyPrefix };
    const settings = readSettings({ NODE_ENV: 'test', ...environment });
    if (settings.redis === undefined) throw new Error('these commands need Redis');
    const module = OperatorModule.register(settings, settings.redis);
    operators = await NestFactory.createApplicationContext(module, { logger: false });
  });
  afterAll(async () => {
    await operators.close();
    await api.close();
    rmSync(folder, { recursive: true });
  });

  it('explain, in one list, each limit that would refuse a number now, and reset opens what it says', async () => {
    const phone = freshPhone();
    await api.client.send(phone, 'register');
    const { verificationId } = await api.client.send(phone, 'login');
    const wrong = wrongCode(await api.client.newestCode(phone));
    for (let guess = 0; guess < 5; guess += 1) await api.client.verify(phone, wrong, verificationId);

    const [all, ofOne] = await Promise.all([
      run('explain', phone),
      run('explain', phone, '--purpose', 'reset_password'),
    ]);
    expect(all.exitCode).toBe(3);
    const lines = all.output.trimEnd().split('\n');
    expect(lines).toEqual([
      `+1••••••${phone.slice(-4)} (US): refused now.`,
      expect.stringMatching(/^ {2}login +cooldown +opens in (1 min|[0-9]+ s)$/),
      expect.stringMatching(/^ {2}login +failures +opens in (10 min|9 min [0-9]+ s)$/),
      expect.stringMatching(/^ {2}register +cooldown +opens in (1 min|[0-9]+ s)$/),
      expect.stringMatching(/^ {2}all +quota of 2 in 1 h +opens in (1 h|59 min [0-9]+ s)$/),
    ]);
    expect(ofOne.output).toMatch(/quota of 2 in 1 h/);
    expect(ofOne.output).not.toMatch(/cooldown|failures/);

    expect(await run('reset', phone, '--purpose', 'login')).toMatchObject({ exitCode: 0 });
    const after = await run('explain', phone);
    expect(after.output).toMatch(/register +cooldown/);
    expect(after.output).not.toMatch(/login +/);
  });

  it('block the range of a number for the application too, explain it, and unblock it', async () => {
    const [phone, other] = [freshPhone(), freshPhone()];
    const blocked = await run('block', phone, '--level', 'operator', '--for', '2h');
    expect(blocked.exitCode).toBe(0);
    expect(blocked.output).toMatch(/its operator gets no codes.* for 2 h\.\n$/);
    expect(await api.client.post('/auth/sms/send', { phone: other, purpose: 'login' })).toMatchObject({
      status: 429,
      body: { code: 'sending_paused' },
    });
    const explained = await run('explain', other);
    expect(explained.exitCode).toBe(3);
    expect(explained.output).toMatch(
      /all +guard, operator US-415: refuses \(blocked\) +opens in (2 h|1 h 59 min)\n/,
    );
    expect(await run('unblock', phone, '--level', 'operator', '--for', '1h')).toMatchObject({ exitCode: 0 });
    expect(await api.client.send(other)).toMatchObject({ purpose: 'login' });
  });

  it('tell the status of a number, and explain that nothing refuses it', async () => {
    const phone = freshPhone();
    await api.client.send(phone);
    const status = await run('status', phone);
    expect(status.exitCode).toBe(0);
    expect(status.output).toMatch(/ {2}login +a code is out, good for [45] min.* the next in /);
    expect(status.output).toMatch(/ {2}register +no code is out +the next can be sent now\n/);
    const quiet = await run('explain', freshPhone());
    expect(quiet.exitCode).toBe(0);
    expect(quiet.output).toMatch(/nothing here would refuse a code now/);
  });

  it('explain a country that gets no codes, and a budget that never has room', async () => {
    const [german, french] = await Promise.all([
      run('explain', '+4915123456789'),
      run('explain', '06 12 34 56 78', '--region', 'FR'),
    ]);
    expect(german.exitCode).toBe(3);
    expect(german.output).toMatch(/all +country +opens not while SMS_REGIONS/);
    expect(french.exitCode).toBe(3);
    expect(french.output).toMatch(/all +budget +opens not while this limit holds/);
  });

  it('run as they are built, read a number from standard input, and end as --help says', async () => {
    const phone = freshPhone();
    await api.client.send(phone);
    const [refused, usage, away, nothing, help] = await Promise.all([
      sms(['explain', '-', '--purpose', 'login'], environment, `${phone}\n`),
      sms(['explain', phone, '--purpose', 'none'], environment),
      sms(['explain', phone], { REDIS_URL: 'redis://127.0.0.1:1' }),
      sms(['explain', phone], {}),
      sms(['--help'], {}),
    ]);
    expect(refused).toMatchObject({ exitCode: 3, errors: '' });
    expect(refused.output).toMatch(/^\+1••••••[0-9]{4} \(US\): refused now\.\n {2}login +cooldown +opens in/);
    expect(usage).toMatchObject({ exitCode: 2, output: '' });
    expect(away).toMatchObject({ exitCode: 1, output: '' });
    expect(away.errors).toMatch(/cannot reach its storage/);
    expect(nothing).toMatchObject({ exitCode: 1, output: '' });
    expect(nothing.errors).toMatch(/needs its Redis/);
    for (const { output, errors } of [refused, usage, away, nothing])
      expect(output + errors).not.toContain(phone.slice(2, 9));
    const [documented] = codeBlocks(readDocument('docs/operations.md')).filter(({ name }) => name === 'help');
    expect(help).toEqual({ exitCode: 0, output: documented?.text, errors: '' });
  });
});
