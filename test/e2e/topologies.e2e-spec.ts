import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenOf, wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { until } from '../support/redis-ask';
import { RedisServer } from '../support/redis-server';
import { freshPrefix } from '../support/shared-redis';
import { startProcess } from '../support/start-process';
import { makeCertificate } from '../support/tls-certificate';
import { TOPOLOGIES } from '../support/topologies';

const ROOT = join(__dirname, '../..');

/** Starts the built application, walks through its main job, and ends it; returns what it printed. */
async function walkOn(environment: Readonly<Record<string, string>>): Promise<string> {
  const api = await startProcess(environment);
  try {
    const { client } = api;
    // It listens before it is connected to every node, and says so.
    await until('it is ready', async () => (await client.get('/health/ready')).status === 200);
    // So many phones that most masters of a Cluster have some.
    for (let phones = 0; phones < 12; phones += 1) {
      const phone = freshPhone();
      const { verificationId } = await client.send(phone);
      const code = await client.newestCode(phone);
      expect((await client.verify(phone, wrongCode(code), verificationId)).status).toBe(400);
      const verified = await client.verify(phone, code, verificationId);
      expect(verified.status).toBe(200);
      expect((await client.verify(phone, code, verificationId)).status).toBe(400);
      expect((await client.redeem(tokenOf(verified))).status).toBe(200);
      expect((await client.redeem(tokenOf(verified))).status).toBe(401);
    }
    expect(await api.stop()).toBe(0);
  } catch (error) {
    throw new Error(`the application said:\n${api.output()}`, { cause: error });
  } finally {
    await api.stop();
  }
  return api.output();
}

/** What docs/operations.md lets the user of the application do. */
function documentedRules(): string[] {
  const [, line = ''] = /^user api on >password (.*)$/m.exec(read('docs/operations.md')) ?? [];
  return line.split(' ');
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

describe('the built application, by its configuration alone', () => {
  it.each(TOPOLOGIES)('serves on a Redis$where', async ({ where, environment }) => {
    const output = await walkOn({ ...environment(), REDIS_KEY_PREFIX: freshPrefix() });

    const said = {
      '': 'Store: Redis at REDIS_URL.',
      ' behind Sentinels': 'Store: Redis, the master that REDIS_SENTINELS call primary.',
      ' in a Cluster': 'Store: Redis Cluster at REDIS_CLUSTER_NODES.',
    };
    expect(output).toContain(said[where]);
    expect(output.replaceAll(/^.*\/health\/ready not_ready.*$/gm, '')).not.toMatch(/error|warn/i);
  });

  it('serves with TLS and a user who may do what docs/operations.md says, and no more', async () => {
    const rules = documentedRules().map((rule) => rule.replace('~shop:', '~ours:'));
    expect(rules).toEqual(expect.arrayContaining(['resetchannels', '~ours:*', '-@all']));
    const certificate = makeCertificate();
    const server = await RedisServer.startWith({
      tls: certificate,
      // The user that may do everything is off: what works works for the other.
      settings: ['--user', 'default', 'off', '--user', 'api', 'on', '>a-p@ss', ...rules],
    });
    try {
      const access = {
        REDIS_KEY_PREFIX: 'ours:',
        REDIS_TLS_CA_FILE: certificate.certificateFile,
      };
      const inUrl = `rediss://api:${encodeURIComponent('a-p@ss')}@${server.address}`;
      for (const environment of [
        { ...access, REDIS_URL: inUrl },
        { ...access, REDIS_URL: server.url, REDIS_USERNAME: 'api', REDIS_PASSWORD: 'a-p@ss' },
      ]) {
        expect(await walkOn(environment)).not.toMatch(/error|warn|p@ss/i);
      }
    } finally {
      await server.dispose();
      certificate.remove();
    }
  });

  it('asks for no command that neither ioredis, nor a script, nor the limits per address need', () => {
    const lua = 'libs/sms-verification/src/storage/redis/lua';
    const scripts = readdirSync(join(ROOT, lua), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.lua'))
      .map((file) => read(join(lua, file)))
      .concat(read('apps/api/src/redis/count-in-windows.ts'));
    const called = scripts.flatMap((text) =>
      [...text.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name),
    );
    const needed = ['INFO', 'PING', 'QUIT', 'EVAL', 'EVALSHA', ...called].map((name) => name?.toLowerCase());
    const allowed = documentedRules().flatMap((rule) => (rule.startsWith('+') ? [rule.slice(1)] : []));
    expect(allowed.sort()).toEqual([...new Set(needed)].sort());
  });
});
