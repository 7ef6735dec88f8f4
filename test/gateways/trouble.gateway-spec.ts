import { FailoverSmsGateway } from '@app/sms-gateways';
import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';
import { signBody } from '../../libs/sms-gateways/src/webhook/body-signature';
import { LoopbackPeer } from './loopback-peer';

const SECRET = 'a secret of this test, thirty-two characters';
const BUDGET_MS = 1_000;
/** What the answer may take beside waiting for gateways, on a machine that has other work too. */
const SLACK_MS = 600;

/** The application as an operator sets it up, with two providers on loopback: `webhook`, then `kannel`. */
describe.each(['redis', 'in-process'] as const)('gateways in trouble (F13), %s store', (store) => {
  let webhook: LoopbackPeer;
  let kannel: LoopbackPeer;
  let api: TestApp;

  /** Begins anew with these settings beside those that every test needs. */
  async function start(environment: Readonly<Record<string, string>>): Promise<void> {
    api = await startApp({
      store,
      environment: {
        SMS_GATEWAYS: 'webhook,kannel',
        SMS_GATEWAYS_FR: 'kannel',
        SMS_SEND_TIMEOUT_MS: String(BUDGET_MS),
        SMS_COOLDOWN_SECONDS: '1',
        WEBHOOK_URL: webhook.url,
        WEBHOOK_SECRET: SECRET,
        KANNEL_URL: kannel.url,
        KANNEL_USERNAME: 'tester',
        KANNEL_PASSWORD: 'geheim',
        KANNEL_FROM: 'Example',
        ...environment,
      },
    });
  }

  beforeEach(async () => {
    webhook = await LoopbackPeer.start();
    kannel = await LoopbackPeer.start();
    webhook.answers(200);
    kannel.answers(202, '0: Accepted for delivery');
    await start({ SMS_GATEWAY_TIMEOUT_MS: '300' });
  });
  afterEach(async () => {
    await api.close();
    await Promise.all([webhook.close(), kannel.close()]);
  });

  const send = (phone: string, verificationId?: string): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose: 'login', verificationId });

  /** The text that each message to the first provider carried; the second gets it as the bare body. */
  const webhookTexts = (): readonly string[] =>
    webhook.requests.map(({ body }) => (JSON.parse(body) as { text: string }).text);
  const kannelTexts = (): readonly string[] => kannel.requests.map(({ body }) => body);
  const codeIn = (text = ''): string => /\d{6}/.exec(text)?.[0] ?? '';

  async function verifies(phone: string, text: string | undefined, answer: Answer): Promise<number> {
    const verificationId = String(answer.body['verificationId']);
    return (await api.client.verify(phone, codeIn(text), verificationId)).status;
  }

  it.each<[string, (peer: LoopbackPeer) => unknown]>([
    ['is silent', (peer) => peer.staysSilent()],
    [
      'resets the connection',
      (peer) => {
        peer.resets();
      },
    ],
    [
      'breaks off its answer',
      (peer) => {
        peer.breaksOff(200);
      },
    ],
    [
      'answers 500',
      (peer) => {
        peer.answers(500);
      },
    ],
    [
      'answers 503',
      (peer) => {
        peer.answers(503);
      },
    ],
    [
      'answers 502 from something in between',
      (peer) => {
        peer.answers(502);
      },
    ],
  ])('carries the same code by the next one, and asks the first one once, when that %s', async (_, fail) => {
    fail(webhook);
    const phone = freshPhone();
    const answer = await send(phone);
    expect(answer.status).toBe(202);
    expect(webhookTexts()).toHaveLength(1);
    expect(kannelTexts()).toEqual(webhookTexts());
    expect(await verifies(phone, kannelTexts()[0], answer)).toBe(200);
  });

  it('leaves a gateway alone that failed five times in a row', async () => {
    webhook.answers(500);
    for (let message = 0; message < 8; message += 1) expect((await send(freshPhone())).status).toBe(202);
    expect(webhook.requests).toHaveLength(5);
    expect(kannel.requests).toHaveLength(8);
    expect(api.app.get(FailoverSmsGateway).states().get('webhook')).toBe('resting');
  });

  it('follows the order of the country', async () => {
    expect((await send('+33612345678')).status).toBe(202);
    expect([webhook.requests.length, kannel.requests.length]).toEqual([0, 1]);
  });

  it('asks nobody else about a number that is invalid, answers 422 and keeps nothing reserved', async () => {
    webhook.answers(422);
    const phone = freshPhone();
    for (let time = 0; time < 2; time += 1) {
      expect(await send(phone)).toMatchObject({ status: 422, body: { code: 'phone_not_supported' } });
    }
    expect(kannel.requests).toHaveLength(0);
    webhook.answers(200);
    expect((await send(phone)).status).toBe(202);
  });

  it('lets nobody wait longer than the budget, and keeps nothing reserved after it', async () => {
    await api.close();
    await start({ SMS_GATEWAY_TIMEOUT_MS: '900' });
    void kannel.staysSilent();
    void webhook.staysSilent();
    const phone = freshPhone();
    const began = performance.now();
    expect(await send(phone)).toMatchObject({ status: 503, body: { code: 'gateway_unavailable' } });
    const waitedMs = performance.now() - began;
    expect(waitedMs).toBeGreaterThanOrEqual(BUDGET_MS - 5);
    expect(waitedMs).toBeLessThan(BUDGET_MS + SLACK_MS);
    expect([webhook.requests.length, kannel.requests.length]).toEqual([1, 1]);
    webhook.answers(200);
    expect((await send(phone)).status).toBe(202);
  });

  it('stays usable when a gateway loses every receipt: verified, and resent after the cooldown', async () => {
    const delivery = async (phone: string, verificationId: string): Promise<unknown> =>
      (await api.client.status(phone, verificationId)).body['delivery'];
    const [patient, impatient] = [freshPhone(), freshPhone()];
    const first = await send(patient);
    const second = await send(impatient);
    const verificationId = String(second.body['verificationId']);
    expect(await delivery(impatient, verificationId)).toBe('sent');
    expect(await verifies(patient, webhookTexts()[0], first)).toBe(200);

    const tooSoon = await send(impatient, verificationId);
    expect(tooSoon.status).toBe(429);
    await new Promise((over) => setTimeout(over, Number(tooSoon.headers['retry-after']) * 1_000));
    expect((await send(impatient, verificationId)).status).toBe(202);
    expect(webhookTexts()[2]).toContain(codeIn(webhookTexts()[1]));
    expect(await delivery(impatient, verificationId)).toBe('sent');
    expect(await verifies(impatient, webhookTexts()[1], second)).toBe(200);
  });

  it('sends again at once, and by the next gateway, what was reported undelivered', async () => {
    const phone = freshPhone();
    const answer = await send(phone);
    const { id } = JSON.parse(webhook.onlyRequest.body) as { id: string };
    const body = JSON.stringify({ messageId: id, state: 'undelivered' });
    const headers = {
      'content-type': 'application/json',
      'sms-signature': signBody(body, SECRET, Date.now()),
    };
    expect((await api.client.request('POST', '/webhooks/sms/webhook', body, headers)).status).toBe(204);
    expect((await send(phone, String(answer.body['verificationId']))).status).toBe(202);
    expect(webhook.requests).toHaveLength(1);
    expect(codeIn(kannelTexts()[0])).toBe(codeIn(webhookTexts()[0]));
    expect(await verifies(phone, kannelTexts()[0], answer)).toBe(200);
  });
});
