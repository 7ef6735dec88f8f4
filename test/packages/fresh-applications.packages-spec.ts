import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { FreshApplication } from './fresh-application';
import { WebhookCarrier } from './webhook-carrier';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Another code than this. */
const wrong = (code: string): string => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));

describe('a fresh application', () => {
  let redis: RedisServer;
  let carrier: WebhookCarrier;
  let environment: Record<string, string>;

  beforeAll(async () => {
    redis = await RedisServer.start();
    carrier = await WebhookCarrier.start();
    environment = {
      REDIS_URL: redis.url,
      SMS_WEBHOOK_URL: carrier.url,
      SMS_WEBHOOK_SECRET: 'a secret between this test and its carrier',
      SMS_CODE_SECRET: 'a code secret of 32 bytes or more',
      SMS_PHONE_KEY: 'another secret of 32 bytes or more',
    };
  });
  afterAll(async () => {
    carrier.stop();
    await redis.dispose();
  });

  describe.each([
    ['NestJS 10 in CommonJS with the oldest ioredis', 'nest-10'],
    ['NestJS 11 in CommonJS with ioredis 5', 'nest-11'],
    ['NestJS 12 in ES modules with ioredis 6', 'nest-12'],
  ])('of %s', (_title, name) => {
    const application = new FreshApplication(name);
    let address: string;

    const post = async (
      path: string,
      body: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answer> => {
      const response = await fetch(address + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    };

    beforeAll(async () => {
      application.install();
      application.compile();
      address = await application.start(environment);
    });
    afterAll(() => application.dispose());

    it('sends a code, takes it once of many, and lets its proof open a route once', async () => {
      const phone = freshPhone();
      const sent = await post('/phone/send', { phone });
      expect(sent.status).toBe(201);

      const guess = { phone, verificationId: sent.body['verificationId'], code: carrier.codeFor(phone) };
      const refused = await post('/phone/verify', { ...guess, code: wrong(guess.code) });
      expect(refused).toMatchObject({ status: 400, body: { code: 'code_invalid' } });

      const answers = await Promise.all(Array.from({ length: 8 }, () => post('/phone/verify', guess)));
      const [verified] = answers.filter(({ status }) => status === 201);
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(7);

      const proof = { 'verification-proof': String(verified?.body['proof']) };
      expect(await post('/password/reset', {}, proof)).toEqual({ status: 201, body: { changedFor: phone } });
      expect(await post('/password/reset', {}, proof)).toMatchObject({
        status: 401,
        body: { code: 'proof_invalid' },
      });
    });

    it('keeps what it knows in Redis, and refuses a second send too soon', async () => {
      const phone = freshPhone();
      const before = Number(await redis.command('DBSIZE'));
      expect(await post('/phone/send', { phone })).toMatchObject({ status: 201 });
      expect(Number(await redis.command('DBSIZE'))).toBeGreaterThan(before);
      expect(await post('/phone/send', { phone })).toMatchObject({ status: 429, body: { code: 'cooldown' } });
    });

    it('has no OpenTelemetry, and does its work untraced also where another part has brought one along', () => {
      expect(existsSync(join(application.folder, 'node_modules/@opentelemetry'))).toBe(false);
      const said = application.evaluate(`
        import { traced } from 'nestjs-sms-verification';
        globalThis[Symbol.for('opentelemetry.js.api.1')] = {};
        console.log(await traced('sms.send', () => ({}), async () => 'done'));`);
      expect(said).toBe('done');
    });

    it('has installed no SDK of a provider, and is told which one a gateway needs', () => {
      for (const sdk of ['twilio', '@vonage/sms', '@aws-sdk/client-pinpoint-sms-voice-v2']) {
        expect(existsSync(join(application.folder, 'node_modules', sdk))).toBe(false);
      }
      const said = application.evaluate(`
        import { createSmsGateway } from './dist/sms-gateway.js';
        import { SdkMissingError } from 'nestjs-sms-gateways';
        try { createSmsGateway(); } catch (error) {
          console.log(error instanceof SdkMissingError, error.packageName);
        }`);
      expect(said).toBe('true twilio');
    });

    it('speaks SMPP without any package besides', () => {
      const said = application.evaluate(`
        import { SmppSmsGateway } from 'nestjs-sms-gateways';
        const gateway = new SmppSmsGateway({ host: '127.0.0.1', port: 9, systemId: 'tester', password: 'geheim' });
        await gateway.close();
        console.log('made');`);
      expect(said.split('\n').at(-1)).toBe('made');
    });
  });
});
