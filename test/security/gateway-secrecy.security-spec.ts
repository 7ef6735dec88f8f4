import { SmsVerificationEvents, SmsVerificationService, type SmsMessage } from '@app/sms-verification';
import { inspect } from 'node:util';
import { ScriptedGateway } from '../support/gateways';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';
import { CapturedLogger } from './captured-logger';
import { formsOf, formsOfPhone, tracesIn } from './traces';

const spaced = (e164: string): string =>
  `${e164.slice(0, 2)} (${e164.slice(2, 5)}) ${e164.slice(5, 8)}-${e164.slice(8)}`;

/** What vendors reject with: numbers and texts quoted in every place that an error has. */
const REJECTIONS: Readonly<Record<string, (message: SmsMessage) => unknown>> = {
  'the number in its message': ({ phone }) => new Error(`21211: The 'To' number ${phone.e164} is not valid`),
  'the number as people write it': ({ phone }) => new Error(`cannot route to ${spaced(phone.e164)}`),
  'the text in its message': ({ text }) => new Error(`spam filter refused "${text}"`),
  'the code in its message': ({ code }) => new TypeError(`parameter ${code} is not a string`),
  'the request as a property': ({ phone, text }) =>
    Object.assign(new Error('Request failed with status 500'), {
      config: { data: { to: phone.e164, text } },
    }),
  'a chain of causes': ({ phone, code }) =>
    new Error('failed', { cause: new Error(`at ${phone.e164}`, { cause: `body: ${code}` }) }),
  'a name of its own': ({ code }) =>
    Object.assign(new Error('failed'), { stack: `Error: ${code}\n    at send` }),
  'a text instead of an error': ({ phone, code }) => `ERR ${phone.e164} ${code}`,
  'an object instead of an error': ({ phone, code }) => ({ to: phone.e164, code }),
};

describe('a gateway whose error carries', () => {
  const gateway = new ScriptedGateway();
  const logger = new CapturedLogger();
  const heard: string[] = [];
  let api: TestApp;

  beforeAll(async () => {
    api = await startApp({ store: 'in-process', gateway, environment: { SMS_CODE_LENGTH: '10' } });
    api.app.useLogger(logger);
    api.app.get(SmsVerificationEvents).subscribe((event) => {
      // As a listener would that logs or ships all it gets.
      heard.push(`${inspect(event, { depth: 9 })} ${JSON.stringify(event)}`);
    });
  });
  beforeEach(() => {
    logger.lines.length = 0;
    heard.length = 0;
  });
  afterAll(() => api.close());

  const secretsOf = ({ phone, code }: SmsMessage): string[] => [
    ...formsOfPhone(phone.e164),
    ...formsOf(code),
  ];

  it.each(Object.entries(REJECTIONS))(
    '[ASVS 16.2.5] %s: brings it into no log line, no event and no answer',
    async (_where, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- vendors do reject with anything
      gateway.behaviour = (message) => Promise.reject(reject(message));
      const phone = freshPhone();
      const answer = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
      const secrets = secretsOf(gateway.newestFor(phone));

      expect(answer).toMatchObject({ status: 503, body: { code: 'gateway_unavailable' } });
      expect(tracesIn(JSON.stringify(answer), secrets)).toEqual([]);
      expect(logger.outcomes).toEqual([expect.objectContaining({ event: 'send_failed' })]);
      expect(tracesIn(logger.text, secrets)).toEqual([]);
      // That it was judged, and that it failed.
      expect(heard).toHaveLength(2);
      expect(tracesIn(heard.join(), secrets)).toEqual([]);
    },
  );

  it('[ASVS 16.2.5] nothing of the kind: the reason can still be read in the log', async () => {
    gateway.behaviour = () => Promise.reject(new Error('21610: the carrier blocked the sender'));
    await api.client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' });
    expect(logger.outcomes).toMatchObject([
      { reason: expect.stringContaining('21610: the carrier blocked the sender') as string },
    ]);
  });

  it('[ASVS 16.2.5, ASVS 16.5.1] answers an error that nobody foresaw without a word of it', async () => {
    const phone = freshPhone();
    const secret = 'postgres://user:password@10.0.0.1/';
    jest.spyOn(api.app.get(SmsVerificationService), 'send').mockRejectedValueOnce(new Error(secret));
    const answer = await api.client.post('/auth/sms/send', { phone, purpose: 'register' });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(answer)).not.toContain('password');
    expect(JSON.stringify(answer)).not.toMatch(/\.[jt]s:|node_modules|Error:/);
    expect(tracesIn(JSON.stringify(answer) + logger.text, formsOfPhone(phone))).toEqual([]);
  });
});
