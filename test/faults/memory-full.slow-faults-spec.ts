import { Redis } from 'ioredis';
import { freshPhone } from '../support/phones';
import { ask } from '../support/redis-ask';
import { RedisServer } from '../support/redis-server';
import { freshPrefix } from '../support/shared-redis';
import { startProcess } from '../support/start-process';
import { History } from './history';
import { measured } from './measured';
import { People } from './people';
import { openStorage } from './storage';

const CODES = 500;
const BALLAST = 'x'.repeat(4_096);
const MEMORY = '8mb';
/** More than all memory, in pieces. */
const PIECES = 4_096;

/** Writes more than the memory holds: the server refuses, or throws out what it likes. */
async function fill({ url }: RedisServer): Promise<void> {
  const client = new Redis(url);
  for (let piece = 0; piece < PIECES; piece += 1) {
    const taken = await client.set(`ballast:${String(piece)}`, BALLAST).then(
      () => true,
      () => false,
    );
    if (!taken) break;
  }
  client.disconnect();
}

/** Takes away what memory is left, to the last byte, of a server that throws nothing out. */
async function tighten(server: RedisServer): Promise<void> {
  await ask(server, 'CONFIG', 'SET', 'maxmemory', 1);
}

describe('Redis whose memory is full', () => {
  let server: RedisServer;
  afterEach(() => server.dispose());

  const start = async (policy: string): Promise<RedisServer> =>
    RedisServer.start('--maxmemory', MEMORY, '--maxmemory-policy', policy);

  /** Codes that were acknowledged before the memory was full, and how many of them are right afterwards. */
  async function survivors(policy: string): Promise<number> {
    server = await start(policy);
    const people = new People(new History());
    const open = await openStorage(server.port, freshPrefix(), 'fence');
    for (let code = 0; code < CODES; code += 1) await people.ask(open.storage);
    await fill(server);
    if (policy === 'noeviction') await tighten(server);
    let right = 0;
    for (const person of people.holders) {
      const outcome = await people.enter(person, open.storage);
      if (outcome === 'ok') right += 1;
    }
    open.close();
    return right;
  }

  it('keeps every code and verifies it under noeviction; under allkeys-lru it loses some (F10)', async () => {
    const kept = await survivors('noeviction');
    await server.dispose();
    const control = await survivors('allkeys-lru');
    measured(
      'F10',
      `noeviction: ${String(kept)} of ${String(CODES)} codes verified; allkeys-lru: ${String(control)}`,
    );
    expect(control).toBeLessThan(CODES);
    expect(kept).toBe(CODES);
  });

  it('answers sends with 503, and verifies and keeps quotas, while it is full (F10)', async () => {
    server = await start('noeviction');
    const api = await startProcess({
      REDIS_URL: server.url,
      SMS_COOLDOWN_SECONDS: '1',
      SMS_PHONE_QUOTA: '1/1h',
    });
    const [phone, known] = [freshPhone(), freshPhone()];
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    await api.client.send(known);
    await tighten(server);
    const send = await api.client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' });
    const verify = await api.client.verify(phone, code, verificationId);
    const again = await api.client.post('/auth/sms/send', { phone: known, purpose: 'login' });
    measured(
      'F10',
      `over HTTP: send ${String(send.status)}, verify ${String(verify.status)}, over quota ${String(again.status)}`,
    );
    await api.stop();
    expect(send).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
    expect(verify.status).toBe(200);
    expect([429, 503]).toContain(again.status);
  });

  it.each(['allkeys-lru', 'volatile-lru', 'volatile-ttl', 'allkeys-random'])(
    'is not begun with when it may evict: %s (F10)',
    async (policy) => {
      server = await start(policy);
      await expect(startProcess({ REDIS_URL: server.url })).rejects.toThrow(/maxmemory-policy|noeviction/);
    },
  );
});
