import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EnvironmentError } from '../../apps/api/src/config/environment';
import { readSettings } from '../../apps/api/src/config/settings';
import { tokenOf } from '../support/api-client';
import { environmentVariables } from '../support/environment-variables';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { freshPrefix, sharedRedisUrl } from '../support/shared-redis';
import { startProcess, type ApiProcess } from '../support/start-process';

const ROOT = join(__dirname, '../..');

/** An empty variable counts as unset, so this is a process for which nothing is configured but its port. */
const NOTHING = { NODE_ENV: '', SMS_IP_SEND_LIMIT: '', SMS_IP_VERIFY_LIMIT: '' };

/** What production needs at least. */
const PRODUCTION = {
  NODE_ENV: 'production',
  SMS_CODE_SECRET: 'a code secret of this very test, 32 bytes long',
  SMS_PHONE_KEY: 'a phone key of this very test, 32 bytes long',
  SMS_STORE: 'in-process',
  SMS_GATEWAYS: 'inbox',
};

const DEVELOPMENT_CODE_SECRET = 'development-only code secret, not for production';
const DEVELOPMENT_PHONE_KEY = 'development-only phone key, not for production';
const OWN_SECRET = 'a secret that nothing here may print, ever';
const SHORT = '31 bytes are one byte too short';

const LIST = {
  proxies:
    'TRUST_PROXY must be the number of proxies in front, or their addresses or networks separated by commas, such as 10.0.0.0/8',
  gateways:
    'must be names separated by commas, of inbox, twilio, aws, vonage, smpp, kannel, webhook, none twice',
  cooldown: 'must be seconds from 1 to 86400 separated by commas, such as 60,60,120,300',
  quota:
    'SMS_PHONE_QUOTA must be sends per duration separated by commas, such as 5/1h,10/1d (at most 100 sends, at most 7d)',
  waits:
    'SMS_FAILURE_WAITS must be failures/wait separated by commas, both rising, such as 5/1m,20/15m,100/1d (at most 100 failures, at most 7d)',
};

/** Variables of gateways that are one word of visible signs, and what is said of two. */
const ONE_WORD: Readonly<Record<string, string>> = {
  TWILIO_ACCOUNT_SID: 'the account SID',
  TWILIO_AUTH_TOKEN: 'the auth token',
  TWILIO_FROM: 'a number of the account, or a sender name',
  TWILIO_MESSAGING_SERVICE_SID: 'the SID of a messaging service',
  AWS_REGION: 'a region, such as eu-west-1',
  AWS_ORIGINATION_IDENTITY: 'a number, sender id or pool, by id or ARN',
  AWS_CONFIGURATION_SET: 'the name of a configuration set',
  VONAGE_API_KEY: 'the API key',
  VONAGE_API_SECRET: 'the API secret',
  VONAGE_FROM: 'a number without +, or a sender name',
  VONAGE_SIGNATURE_SECRET: 'the signature secret',
  SMPP_SYSTEM_ID: 'the system_id',
  SMPP_PASSWORD: 'the password',
  SMPP_SYSTEM_TYPE: 'the system_type',
  SMPP_SOURCE_ADDR: 'what the person sees as the sender',
  KANNEL_USERNAME: 'the user of sendsms',
  KANNEL_PASSWORD: 'the password of sendsms',
  KANNEL_FROM: 'what the person sees as the sender',
};

type Refusal = readonly [environment: Readonly<Record<string, string>>, problem: string];

/** Environments that are refused whatever else is set, and what is said. */
const REFUSED_ALONE: readonly Refusal[] = [
  [{ NODE_ENV: 'staging' }, 'NODE_ENV must be production, development or test'],
  [{ HOST: 'all of them' }, 'HOST must be an address to listen on, such as 127.0.0.1'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '3000.5' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '0x10' }, 'PORT must be a whole number from 0 to 65535'],
  [{ TRUST_PROXY: 'true' }, LIST.proxies],
  [{ TRUST_PROXY: '11' }, LIST.proxies],
  [{ TRUST_PROXY: '10.0.0.0/33' }, LIST.proxies],
  [{ TRUST_PROXY: '0.0.0.0/0' }, LIST.proxies],
  [{ TRUST_PROXY: '10.0.0.1,' }, LIST.proxies],
  [{ SMS_STORE: 'memory' }, 'SMS_STORE must be auto, redis or in-process'],
  [
    { REDIS_URL: `http://:${OWN_SECRET}@redis` },
    'REDIS_URL must be a URL that begins with redis:// or rediss://',
  ],
  [
    { REDIS_URL: `redis://:${OWN_SECRET}@redis:99999` },
    'REDIS_URL must be a URL that begins with redis:// or rediss://',
  ],
  [
    { REDIS_KEY_PREFIX: 'two words' },
    'REDIS_KEY_PREFIX must be at most 64 letters, digits and the signs : _ - .',
  ],
  [{ SMS_CODE_SECRET: SHORT }, 'SMS_CODE_SECRET must be a secret of at least 32 and at most 1024 bytes'],
  [
    { SMS_CODE_SECRET: SHORT.repeat(34) },
    'SMS_CODE_SECRET must be a secret of at least 32 and at most 1024 bytes',
  ],
  [
    { SMS_CODE_SECRET_PREVIOUS: SHORT },
    'SMS_CODE_SECRET_PREVIOUS must be a secret of at least 32 and at most 1024 bytes',
  ],
  [{ SMS_PHONE_KEY: SHORT }, 'SMS_PHONE_KEY must be a secret of at least 32 and at most 1024 bytes'],
  [{ SMS_CODE_LENGTH: '5' }, 'SMS_CODE_LENGTH must be a whole number from 6 to 10'],
  [{ SMS_CODE_LENGTH: '11' }, 'SMS_CODE_LENGTH must be a whole number from 6 to 10'],
  [{ SMS_CODE_LENGTH: 'six' }, 'SMS_CODE_LENGTH must be a whole number from 6 to 10'],
  [{ SMS_CODE_EXPIRY_SECONDS: '0' }, 'SMS_CODE_EXPIRY_SECONDS must be a whole number from 1 to 600'],
  [{ SMS_CODE_EXPIRY_SECONDS: '601' }, 'SMS_CODE_EXPIRY_SECONDS must be a whole number from 1 to 600'],
  [
    { SMS_CODE_EXPIRY_SECONDS_LOGIN: '601' },
    'SMS_CODE_EXPIRY_SECONDS_LOGIN must be a whole number from 1 to 600',
  ],
  [{ SMS_COOLDOWN_SECONDS: '0' }, `SMS_COOLDOWN_SECONDS ${LIST.cooldown}`],
  [{ SMS_COOLDOWN_SECONDS: '60;60' }, `SMS_COOLDOWN_SECONDS ${LIST.cooldown}`],
  [{ SMS_COOLDOWN_SECONDS: '86401' }, `SMS_COOLDOWN_SECONDS ${LIST.cooldown}`],
  [{ SMS_COOLDOWN_SECONDS_RESET_PASSWORD: '0' }, `SMS_COOLDOWN_SECONDS_RESET_PASSWORD ${LIST.cooldown}`],
  [{ SMS_MAX_ATTEMPTS: '0' }, 'SMS_MAX_ATTEMPTS must be a whole number from 1 to 10'],
  [{ SMS_MAX_ATTEMPTS: '11' }, 'SMS_MAX_ATTEMPTS must be a whole number from 1 to 10'],
  [{ SMS_MAX_ATTEMPTS_REGISTER: '11' }, 'SMS_MAX_ATTEMPTS_REGISTER must be a whole number from 1 to 10'],
  [{ SMS_MAX_LIVE: '0' }, 'SMS_MAX_LIVE must be a whole number from 1 to 5'],
  [{ SMS_MAX_LIVE: '6' }, 'SMS_MAX_LIVE must be a whole number from 1 to 5'],
  [{ SMS_PHONE_QUOTA: '5' }, LIST.quota],
  [{ SMS_PHONE_QUOTA: '0/1h' }, LIST.quota],
  [{ SMS_PHONE_QUOTA: '101/1h' }, LIST.quota],
  [{ SMS_PHONE_QUOTA: '5/8d' }, LIST.quota],
  [{ SMS_FAILURE_WAITS: '101/1d' }, LIST.waits],
  [{ SMS_FAILURE_WAITS: '5/8d' }, LIST.waits],
  [{ SMS_PROOF_EXPIRY_SECONDS: '0' }, 'SMS_PROOF_EXPIRY_SECONDS must be a whole number from 1 to 3600'],
  [{ SMS_PROOF_EXPIRY_SECONDS: '3601' }, 'SMS_PROOF_EXPIRY_SECONDS must be a whole number from 1 to 3600'],
  [{ SMS_BINDING: 'maybe' }, 'SMS_BINDING must be required or optional'],
  [
    { SMS_IP_SEND_LIMIT: '20' },
    'SMS_IP_SEND_LIMIT must be requests per duration, such as 20/10m (at most 999999 requests, at most 1d)',
  ],
  [
    { SMS_IP_VERIFY_LIMIT: '60/2d' },
    'SMS_IP_VERIFY_LIMIT must be requests per duration, such as 60/10m (at most 999999 requests, at most 1d)',
  ],
  [{ SMS_GATEWAYS: 'pigeon' }, `SMS_GATEWAYS ${LIST.gateways}`],
  [{ SMS_GATEWAYS: 'inbox,inbox' }, `SMS_GATEWAYS ${LIST.gateways}`],
  [{ SMS_GATEWAYS_FR: 'inbox,pigeon' }, 'SMS_GATEWAYS_FR must be like SMS_GATEWAYS'],
  [{ SMS_GATEWAY_TIMEOUT_MS: '99' }, 'SMS_GATEWAY_TIMEOUT_MS must be a whole number from 100 to 60000'],
  [{ SMS_GATEWAY_TIMEOUT_MS: '60001' }, 'SMS_GATEWAY_TIMEOUT_MS must be a whole number from 100 to 60000'],
  ...Object.entries(ONE_WORD).map(([name, what]): Refusal => [
    { [name]: OWN_SECRET },
    `${name} must be ${what}`,
  ]),
  ...['PUBLIC_URL', 'KANNEL_URL', 'WEBHOOK_URL'].map((name): Refusal => [
    { [name]: `ftp://:${OWN_SECRET}@host` },
    `${name} must be a URL that begins with http:// or https://`,
  ]),
  ...['KANNEL_DLR_SECRET', 'WEBHOOK_SECRET'].map((name): Refusal => [
    { [name]: SHORT },
    `${name} must be a secret of at least 32 characters`,
  ]),
  [
    { VONAGE_SIGNATURE_METHOD: 'none' },
    'VONAGE_SIGNATURE_METHOD must be md5hash, md5, sha1, sha256 or sha512',
  ],
  [{ SMPP_URL: 'http://smsc' }, 'SMPP_URL must be a URL that begins with smpp:// or smpps://'],
  [{ SMPP_DATA_CODING: '256' }, 'SMPP_DATA_CODING must be a whole number from 0 to 255'],
  [{ SMPP_WINDOW: '0' }, 'SMPP_WINDOW must be a whole number from 1 to 10000'],
  [{ SMPP_WINDOW: '10001' }, 'SMPP_WINDOW must be a whole number from 1 to 10000'],
  [{ SMS_PRODUCT_NAME: 'x'.repeat(31) }, 'SMS_PRODUCT_NAME must be 1 to 30 visible characters'],
  [{ SMS_DEFAULT_LOCALE: 'e' }, 'SMS_DEFAULT_LOCALE must be a language tag, such as en'],
  [
    { SMS_WEBOTP_HOSTS: 'https://host' },
    'SMS_WEBOTP_HOSTS must be host names separated by commas, such as auth.example.com',
  ],
  [
    { SMS_ANDROID_APP_HASHES: 'short' },
    'SMS_ANDROID_APP_HASHES must be hashes of 11 characters separated by commas',
  ],
  [
    { SMS_ALLOW_MULTI_SEGMENT: 'maybe' },
    'SMS_ALLOW_MULTI_SEGMENT must be purpose:locale pairs separated by commas, such as login:hi',
  ],
  [{ SMS_SEND_TIMEOUT_MS: '99' }, 'SMS_SEND_TIMEOUT_MS must be a whole number from 100 to 60000'],
  [{ SMS_SEND_TIMEOUT_MS: '60001' }, 'SMS_SEND_TIMEOUT_MS must be a whole number from 100 to 60000'],
  // Misspelt, for a purpose that does not exist, or not to be set per purpose: never silently ignored.
  [{ SMS_COLDOWN_SECONDS: '60' }, 'SMS_COLDOWN_SECONDS is not a setting of this application'],
  [{ SMS_MAX_ATTEMPTS_PAYMENT: '3' }, 'SMS_MAX_ATTEMPTS_PAYMENT is not a setting of this application'],
  [{ SMS_CODE_LENGTH_LOGIN: '8' }, 'SMS_CODE_LENGTH_LOGIN is not a setting of this application'],
];

/** Environments that are refused for how their variables go together, or that change what others mean. */
const REFUSED_TOGETHER: readonly Refusal[] = [
  [{ SMS_STORE: 'redis' }, 'REDIS_URL must be set, because SMS_STORE is redis'],
  [
    { SMS_CODE_SECRET: OWN_SECRET, SMS_PHONE_KEY: OWN_SECRET },
    'SMS_PHONE_KEY must not be one of the code secrets',
  ],
  [{ SMS_PHONE_KEY: DEVELOPMENT_CODE_SECRET }, 'SMS_PHONE_KEY must not be one of the code secrets'],
  [{ SMS_CODE_SECRET: DEVELOPMENT_PHONE_KEY }, 'SMS_PHONE_KEY must not be one of the code secrets'],
  [
    { SMS_PURPOSES: 'Login' },
    'SMS_PURPOSES must be names in lower case separated by commas, such as login,register',
  ],
  [
    { SMS_PURPOSES: 'login,' },
    'SMS_PURPOSES must be names in lower case separated by commas, such as login,register',
  ],
  [{ SMS_FAILURE_WAITS: '5/5m,5/10m' }, 'SMS_FAILURE_WAITS must rise in both failures and waits'],
  [{ SMS_FAILURE_WAITS: '5/5m,10/1m' }, 'SMS_FAILURE_WAITS must rise in both failures and waits'],
  [
    { ...PRODUCTION, SMS_CODE_SECRET: '' },
    'SMS_CODE_SECRET must be set in production (try: openssl rand -base64 48)',
  ],
  [
    { ...PRODUCTION, SMS_PHONE_KEY: '' },
    'SMS_PHONE_KEY must be set in production (try: openssl rand -base64 48)',
  ],
  [
    { ...PRODUCTION, SMS_CODE_SECRET: DEVELOPMENT_CODE_SECRET },
    'SMS_CODE_SECRET must not be the development secret in production',
  ],
  [
    { ...PRODUCTION, SMS_CODE_SECRET_PREVIOUS: DEVELOPMENT_CODE_SECRET },
    'SMS_CODE_SECRET_PREVIOUS must not be the development secret in production',
  ],
  [
    { ...PRODUCTION, SMS_PHONE_KEY: DEVELOPMENT_PHONE_KEY },
    'SMS_PHONE_KEY must not be the development secret in production',
  ],
  [
    { ...PRODUCTION, SMS_STORE: '' },
    'REDIS_URL must be set in production, or SMS_STORE=in-process chosen by name (one process, forgets on restart)',
  ],
  [{ ...PRODUCTION, SMS_GATEWAYS: '' }, 'SMS_GATEWAYS must be set in production'],
  [
    { SMS_GATEWAYS: 'inbox,aws', AWS_REGION: 'eu-west-1' },
    'AWS_ORIGINATION_IDENTITY must be set, because SMS_GATEWAYS names aws',
  ],
  [
    { SMS_GATEWAYS_FR: 'webhook', WEBHOOK_URL: 'https://sms.example' },
    'WEBHOOK_SECRET must be set, because SMS_GATEWAYS names webhook',
  ],
  [
    { SMS_GATEWAYS: 'twilio', TWILIO_ACCOUNT_SID: 'AC0', TWILIO_AUTH_TOKEN: 'token' },
    'TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set, one of the two, because SMS_GATEWAYS names twilio',
  ],
];

const REFUSED = [...REFUSED_ALONE, ...REFUSED_TOGETHER];

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

  describe('with a bad configuration', () => {
    it('does not start, exits with 1, and names every bad variable and what it must be', () => {
      const byVariable = new Map(
        REFUSED_ALONE.map(([environment, problem]) => [
          Object.keys(environment)[0],
          { environment, problem },
        ]),
      );
      const refused = [...byVariable.values()];
      const { status, output } = failToStart(
        Object.fromEntries(refused.flatMap(({ environment }) => Object.entries(environment))),
      );
      expect(output.trimEnd().split('\n').sort()).toEqual(
        ['The configuration is not valid:', ...refused.map(({ problem }) => `  ${problem}`)].sort(),
      );
      expect(status).toBe(1);
    });

    it('does not start in production without secrets, store and gateway of its own', () => {
      expect(failToStart({ NODE_ENV: 'production' })).toEqual({
        status: 1,
        output: [
          'The configuration is not valid:',
          '  SMS_CODE_SECRET must be set in production (try: openssl rand -base64 48)',
          '  SMS_PHONE_KEY must be set in production (try: openssl rand -base64 48)',
          '  REDIS_URL must be set in production, or SMS_STORE=in-process chosen by name (one process, forgets on restart)',
          '  SMS_GATEWAYS must be set in production\n',
        ].join('\n'),
      });
    });

    it('does not start on a port that is taken, and exits with 1', async () => {
      const { client } = await start(NOTHING);
      const { status, output } = failToStart({ PORT: new URL(client.url).port });
      expect(status).toBe(1);
      expect(output).toContain('EADDRINUSE');
    });

    it.each(REFUSED.map(([environment, problem]) => [problem, environment] as const))(
      'refuses case %#, with nothing but: %s',
      (problem, environment) => {
        expect(problemsOf(environment)).toEqual([problem]);
      },
    );

    it('has a case above for every variable there is', () => {
      const covered = new Set(REFUSED.map(([, problem]) => problem.split(' ')[0]));
      expect(environmentVariables().filter((name) => !covered.has(name))).toEqual([]);
    });

    it('never shows a value, which may be a secret', () => {
      const said = REFUSED.map(([environment]) => problemsOf(environment).join('\n')).join('\n');
      for (const secret of [
        OWN_SECRET,
        SHORT,
        DEVELOPMENT_CODE_SECRET,
        DEVELOPMENT_PHONE_KEY,
        PRODUCTION.SMS_CODE_SECRET,
        PRODUCTION.SMS_PHONE_KEY,
      ]) {
        expect(said).not.toContain(secret);
      }
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

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

/** Starts the built application as `npm start` would and waits for it to give up. */
function failToStart(environment: Readonly<Record<string, string>>): {
  status: number | null;
  output: string;
} {
  const env = { PATH: process.env['PATH'], ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'dist/apps/api/src/main.js')], {
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}
