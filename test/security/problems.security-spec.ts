import {
  ChallengeUnavailableError,
  HumanChallenge,
  SmsCodeStorage,
  SmsVerificationService,
  StorageUnavailableError,
  type GuardDecision,
} from '@app/sms-verification';
import type { ResolvedSmsVerificationOptions } from '../../libs/sms-verification/src/sms-verification.options';
import { RESOLVED_OPTIONS } from '../../libs/sms-verification/src/sms-verification.module-definition';
import { problemExample } from '../../apps/api/openapi/problem-schemas';
import { PROBLEMS, type ProblemCode } from '../../apps/api/src/http/problems';
import { wrongCode, type Answer } from '../support/api-client';
import { accept, refuse, ScriptedGateway } from '../support/gateways';
import { freshPhone } from '../support/phones';
import { sendRaw } from '../support/raw-http';
import { expectProblem } from './expect-problem';
import { STORES, startTimedApp, type TimedApp } from './timed-app';

const ID = 'A'.repeat(22);
const MEMBERS = ['type', 'title', 'status', 'detail', 'code'];

/** How each refusal is brought about, and the members that it adds to the five which all have. */
type Cases = Readonly<Record<ProblemCode, readonly [provoke: () => Promise<Answer>, ...members: string[]]>>;

describe.each(STORES)('the problem document, with the %s store, of', (store) => {
  const gateway = new ScriptedGateway();
  let api: TimedApp;
  beforeEach(async () => {
    gateway.behaviour = accept;
    api = await startTimedApp({
      store,
      gateway,
      environment: {
        ...{ SMS_PHONE_QUOTA: '1/1h', SMS_IP_SEND_LIMIT: '9/1h' },
        ...{ SMS_GATEWAYS: 'inbox,webhook', WEBHOOK_URL: 'http://127.0.0.1:9' },
        SMS_REGIONS_DENY: 'FR',
        WEBHOOK_SECRET: 'a secret of the tests, 32 characters and more',
      },
    });
  });
  afterEach(() => api.close());

  const send = (phone = freshPhone(), purpose = 'login'): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose });
  const sendTwice = async (first: string, second: string): Promise<Answer> => {
    const phone = freshPhone();
    await send(phone, first);
    return send(phone, second);
  };

  /** Has the guard judge the next send like this. */
  const judge = (decision: Pick<GuardDecision, 'decision' | 'waitMs'>): void => {
    const { abuse } = api.app.get<ResolvedSmsVerificationOptions>(RESOLVED_OPTIONS);
    const judged = { ...decision, reason: 'conversion', enforced: true, assessedAt: 0 } as const;
    jest.spyOn(abuse.guard, 'assess').mockResolvedValueOnce(judged);
  };

  // Exhaustive by its type: a new code does not compile until it is provoked here.
  const CASES: Cases = {
    invalid_request: [() => send('x'), 'errors'],
    purpose_unknown: [() => send(freshPhone(), 'unknown')],
    code_invalid: [() => api.client.verify(freshPhone(), '123456', ID)],
    proof_invalid: [() => api.client.redeem('token')],
    webhook_forged: [() => api.client.post('/webhooks/sms/webhook', {}, { 'sms-signature': 't=1,v1=00' })],
    region_not_allowed: [() => send('+33612345678')],
    challenge_required: [
      () => {
        judge({ decision: 'challenge', waitMs: 0 });
        return send();
      },
      'challenge',
    ],
    sending_paused: [
      () => {
        judge({ decision: 'refuse', waitMs: 3_600_000 });
        return send();
      },
      'retryAfter',
    ],
    challenge_unavailable: [
      () => {
        judge({ decision: 'challenge', waitMs: 0 });
        const failing = jest.spyOn(api.app.get(HumanChallenge), 'verify');
        failing.mockRejectedValueOnce(new ChallengeUnavailableError());
        const phone = freshPhone();
        return api.client.post('/auth/sms/send', { phone, purpose: 'login', challenge: 'answer' });
      },
      'retryAfter',
    ],
    not_found: [() => api.client.get('/nowhere')],
    verification_not_found: [() => api.client.status(freshPhone(), ID)],
    request_timeout: [
      () => {
        const server = api.app.getHttpServer();
        server.headersTimeout = server.requestTimeout = 1;
        return sendRaw(api.client.url, 'GET / HTTP/1.1\r\n');
      },
    ],
    body_too_large: [() => api.client.post('/auth/sms/send', { phone: '1'.repeat(5_000) })],
    unsupported_media_type: [
      () => api.client.post('/auth/sms/send', { phone: '1' }, { 'content-type': 'text/plain' }),
    ],
    idempotency_conflict: [
      async () => {
        const sendWith = (purpose: string): Promise<Answer> =>
          api.client.post(
            '/auth/sms/send',
            { phone: freshPhone(), purpose },
            { 'idempotency-key': 'the-same' },
          );
        await sendWith('login');
        return sendWith('register');
      },
    ],
    phone_invalid: [() => send('+1415')],
    phone_not_supported: [() => send('+18005550123')],
    cooldown: [
      async () => {
        // Where the quota has room; of two waits the longer one is told.
        const phone = freshPhone();
        const { client, ...other } = await startTimedApp({ store, gateway });
        await client.send(phone);
        const answer = await client.post('/auth/sms/send', { phone, purpose: 'login' });
        await other.close();
        return answer;
      },
      'retryAfter',
      'resendIn',
    ],
    quota_exceeded: [() => sendTwice('login', 'register'), 'retryAfter', 'limit', 'window'],
    rate_limited: [
      async () => {
        for (let n = 0; n < 9; n += 1) await send('x');
        return send('x');
      },
      'retryAfter',
    ],
    attempts_exhausted: [
      async () => {
        const phone = freshPhone();
        await send(phone);
        const { code, verificationId } = gateway.newestFor(phone);
        for (let n = 0; n < 5; n += 1) await api.client.verify(phone, wrongCode(code), verificationId);
        return api.client.verify(phone, code, verificationId);
      },
      'retryAfter',
    ],
    headers_too_large: [() => sendRaw(api.client.url, `GET / HTTP/1.1\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`)],
    internal_error: [
      () => {
        jest
          .spyOn(api.app.get(SmsVerificationService), 'send')
          .mockRejectedValueOnce(new Error('unforeseen'));
        return send();
      },
    ],
    gateway_unavailable: [
      () => {
        gateway.behaviour = refuse;
        return send();
      },
      'retryAfter',
    ],
    storage_unavailable: [
      () => {
        const failing = jest.spyOn(api.app.get(SmsCodeStorage), 'checkExistsAndGetTtl');
        failing.mockRejectedValueOnce(new StorageUnavailableError());
        return send();
      },
      'retryAfter',
    ],
    not_ready: [
      () => {
        jest.spyOn(api.app.get(SmsCodeStorage), 'ping').mockRejectedValueOnce(new StorageUnavailableError());
        return api.client.get('/health/ready');
      },
      'parts',
    ],
  };

  it.each(Object.keys(PROBLEMS) as ProblemCode[])('[RFC 9457] %s', async (code) => {
    const [provoke, ...more] = CASES[code];
    const answer = await provoke();
    const fields = code === 'invalid_request' ? { fields: ['phone'] } : {};
    expectProblem(answer, { status: PROBLEMS[code].status, code, ...fields });
    expect(Object.keys(answer.body).sort()).toEqual([...MEMBERS, ...more].sort());

    // It is the example of openapi.json, with its own numbers.
    const example: Record<string, unknown> = problemExample(code);
    for (const [name, value] of Object.entries(answer.body)) {
      if (name === 'status' || typeof example[name] !== 'number')
        expect({ [name]: value }).toEqual({ [name]: example[name] });
      else expect(typeof value).toBe('number');
    }

    // Waiting is told in the body and in the header, alike, or in neither.
    const retryAfter = answer.body['retryAfter'] as number | undefined;
    expect(answer.headers['retry-after']).toBe(retryAfter === undefined ? undefined : String(retryAfter));
    if (retryAfter !== undefined) expect(String(retryAfter)).toMatch(/^[1-9][0-9]*$/);
  });

  it.each(Object.keys(PROBLEMS) as ProblemCode[])(
    '[RFC 9457] %s: its type leads to a page that explains it',
    async (code) => {
      const page = await api.client.get(`/problems/${code}`);
      expect(page.status).toBe(200);
      expect(page.body).toMatchObject({ code, status: PROBLEMS[code].status, title: PROBLEMS[code].title });
      expect(page.body['remedy']).toMatch(/\w{3}/);
    },
  );
});
