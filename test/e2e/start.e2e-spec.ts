import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readSettings } from '../../apps/api/src/config/settings';
import { tokenOf } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { freshPrefix, sharedRedisUrl } from '../support/shared-redis';
import { startProcess, type ApiProcess } from '../support/start-process';
import { PRODUCTION } from './refused-environments';

const ROOT = join(__dirname, '../..');

/** An empty variable counts as unset, so this is a process for which nothing is configured but its port. */
const NOTHING = { NODE_ENV: '', SMS_IP_SEND_LIMIT: '', SMS_IP_VERIFY_LIMIT: '' };

describe('the built application', () => {
  let started: ApiProcess | undefined;
  const start = async (environment: Readonly<Record<string, string>>): Promise<ApiProcess> =>
    (started = await startProcess(environment));
  afterEach(async () => {
    await started?.stop();
    started = undefined;
  });

  describe('with nothing configured', () => {
    it('says in three lines what it chose and how to change it', async () => {
      const { output, client } = await start(NOTHING);
      const lines = output().trimEnd().split('\n');
      expect(lines).toEqual([
        expect.stringMatching(/Store: this process .* REDIS_URL=/),
        expect.stringMatching(/Gateway: inbox.* SMS_GATEWAYS/),
        expect.stringMatching(/Listening on .* SMS_CODE_SECRET and SMS_PHONE_KEY/),
      ]);
      expect(lines[2]).toContain(`Listening on ${client.url} `);
    });

    it('listens on 127.0.0.1:3000, and on no other address', async () => {
      const { host, port } = readSettings({}).http;
      expect(`${host}:${String(port)}`).toBe('127.0.0.1:3000');
      const { client } = await start(NOTHING);
      const reachable = Number(new URL(client.url).port);
      expect(await accepts(reachable, '127.0.0.1')).toBe(true);
      expect(await accepts(reachable, '127.0.0.2')).toBe(false);
    });

    it('does its main job', async () => {
      await walk(await start(NOTHING));
    });
  });

  describe('with REDIS_URL', () => {
    const environment = { REDIS_URL: sharedRedisUrl(), REDIS_KEY_PREFIX: freshPrefix() };

    it('uses that Redis and does its main job', async () => {
      const api = await start(environment);
      expect(api.output()).toContain('Store: Redis at REDIS_URL');
      await walk(api);
    });

    it('carries every script of the sources', () => {
      const scripts = (folder: string): string[] =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.lua'))
          .sort();
      const storage = 'libs/sms-verification/src/storage/redis';
      expect(scripts(join('dist', storage))).toEqual(scripts(storage));
      expect(scripts(storage)).not.toHaveLength(0);
    });
  });

  describe('in production', () => {
    it('serves nothing under /dev and /dev/inbox', async () => {
      const { client } = await start(PRODUCTION);
      for (const path of [
        '/dev',
        '/dev/inbox',
        '/dev/inbox/messages',
        '/dev/inbox/messages?phone=%2B14155550100',
      ]) {
        expect(await client.get(path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
      }
    });

    it('says that the inbox delivers nothing', async () => {
      const { output } = await start(PRODUCTION);
      expect(output()).toContain('inbox, which delivers nothing and shows nothing in production');
    });
  });

  describe('behind proxies', () => {
    // The limit of one request tells which address a request counted for.
    const limited = async (environment: Readonly<Record<string, string>>, forwarded: readonly string[]) => {
      const { client } = await start({ ...environment, SMS_IP_VERIFY_LIMIT: '1/10m' });
      const statuses: number[] = [];
      for (const header of forwarded) {
        const body = { token: 'none', purpose: 'login' };
        statuses.push((await client.post('/auth/sms/redeem', body, { 'x-forwarded-for': header })).status);
      }
      return statuses;
    };
    const LEFT_DIFFERS = ['192.0.2.1, 198.51.100.7', '192.0.2.2, 198.51.100.7'];
    const RIGHT_DIFFERS = ['192.0.2.1, 198.51.100.7', '192.0.2.1, 198.51.100.8'];

    it('believes nobody by default', async () => {
      expect(await limited({}, RIGHT_DIFFERS)).toEqual([401, 429]);
    });

    it.each(['1', '127.0.0.1', '127.0.0.0/8', '10.0.0.0/8, 127.0.0.1', '::1/128,127.0.0.1/32'])(
      'takes the rightmost untrusted address with TRUST_PROXY=%s',
      async (TRUST_PROXY) => {
        expect(await limited({ TRUST_PROXY }, [...RIGHT_DIFFERS, LEFT_DIFFERS[1] ?? ''])).toEqual([
          401, 401, 429,
        ]);
      },
    );

    it('takes the address before a trusted one with TRUST_PROXY=2', async () => {
      expect(await limited({ TRUST_PROXY: '2' }, [...LEFT_DIFFERS, RIGHT_DIFFERS[1] ?? ''])).toEqual([
        401, 401, 429,
      ]);
    });
  });

  describe('when it is asked to end', () => {
    const agent = new Agent({ keepAlive: true });
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await RedisServer.start();
    });
    afterAll(async () => {
      agent.destroy();
      await redis.dispose();
    });

    it.each(['SIGTERM', 'SIGINT'] as const)(
      'finishes the requests in flight at %s and exits with 0',
      async (signal) => {
        const api = await start({ REDIS_URL: redis.url });
        const inFlight = await Promise.all(
          Array.from({ length: 20 }, () => beginSend(agent, api.client.url, freshPhone())),
        );

        const exited = once(api.child, 'exit');
        api.child.kill(signal);
        const port = Number(new URL(api.client.url).port);
        while (await accepts(port, '127.0.0.1'));
        const answers = await Promise.all(inFlight.map((pending) => pending.finish()));

        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
        // Else the process would wait for the client to hang up.
        expect(answers.map(({ connection }) => connection)).toEqual(answers.map(() => 'close'));
        expect(await exited).toEqual([0, null]);
      },
    );
  });
});

async function walk({ client }: ApiProcess): Promise<void> {
  const phone = freshPhone();
  const { verificationId } = await client.send(phone);
  expect(await client.status(phone, verificationId)).toMatchObject({
    status: 200,
    body: { state: 'pending' },
  });
  const verified = await client.verify(phone, await client.newestCode(phone), verificationId);
  expect(await client.redeem(tokenOf(verified))).toMatchObject({ status: 200, body: { phone } });
}

async function accepts(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  const opened = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return opened;
}

interface PendingSend {
  finish(): Promise<{ status: number | undefined; connection: string | undefined }>;
}

/** Has a send accepted by the application but not yet complete: it has answered the headers and awaits the body. */
async function beginSend(agent: Agent, url: string, phone: string): Promise<PendingSend> {
  const body = JSON.stringify({ phone, purpose: 'login' });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    expect: '100-continue',
  };
  const pending: ClientRequest = request(`${url}/auth/sms/send`, { method: 'POST', agent, headers });
  pending.flushHeaders();
  await once(pending, 'continue');
  return {
    finish: async () => {
      const answered = once(pending, 'response') as Promise<[IncomingMessage]>;
      pending.end(body);
      const [response] = await answered;
      await text(response);
      return { status: response.statusCode, connection: response.headers.connection };
    },
  };
}
