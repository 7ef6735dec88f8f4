import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenOf, wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { freshPrefix } from '../support/shared-redis';
import { startProcess } from '../support/start-process';
import { makeCertificate } from '../support/tls-certificate';
import { TOPOLOGIES } from '../support/topologies';

/** Starts the built application, walks through its main job, and ends it; returns what it printed. */
async function walkOn(environment: Readonly<Record<string, string>>): Promise<string> {
  const api = await startProcess(environment);
  try {
    const { client } = api;
    expect((await client.get('/health/ready')).status).toBe(200);
    // Enough phones that every master of a Cluster has some.
    await Promise.all(
      Array.from({ length: 24 }, async () => {
        const phone = freshPhone();
        const { verificationId } = await client.send(phone);
        const code = await client.newestCode(phone);
        expect((await client.verify(phone, wrongCode(code), verificationId)).status).toBe(400);
        const verified = await client.verify(phone, code, verificationId);
        expect(verified.status).toBe(200);
        expect((await client.verify(phone, code, verificationId)).status).toBe(400);
        expect((await client.redeem(tokenOf(verified))).status).toBe(200);
        expect((await client.redeem(tokenOf(verified))).status).toBe(401);
      }),
    );
    expect(await api.stop()).toBe(0);
  } finally {
    await api.stop();
  }
  return api.output();
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
    expect(output).not.toMatch(/error|warn/i);
  });

  it('serves with TLS and a user who may do what docs/operations.md says, and no more', async () => {
    const text = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
    const [, line = ''] = /^user api on >password (.*)$/m.exec(text) ?? [];
    const rules = line.replace('~shop:*', '~ours:*').split(' ');
    expect(rules).toContain('-@all');
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
});
