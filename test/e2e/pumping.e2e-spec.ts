import { PhoneNumber, SmsVerificationService, type ChallengeOffer } from '@app/sms-verification';
import { solveAltcha } from '../challenges/solve-altcha';
import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

const MOST = 300;

describe.each(['redis', 'in-process'] as const)('numbers that are pumped, with the %s store', (store) => {
  let api: TestApp;
  beforeEach(async () => {
    api = await startApp({ store, environment: { SMS_ABUSE_WARM_UP_DAYS: '0' } });
  });
  afterEach(() => api.close());

  const send = (phone: string, more: object = {}): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose: 'login', ...more });

  async function verified(phone: string): Promise<void> {
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    expect(await api.client.verify(phone, code, verificationId)).toMatchObject({ status: 200 });
  }

  /** Sends to fresh numbers that never verify until one is not sent to; returns how many were, and that answer. */
  async function pump(more: (phone: string) => Promise<object> = () => Promise.resolve({})) {
    for (let sent = 0; sent < MOST; sent += 1) {
      const phone = freshPhone();
      const answer = await send(phone, await more(phone));
      if (answer.status !== 202) return { sent, answer };
    }
    throw new Error(`${String(MOST)} sends passed`);
  }

  const solve = async (phone: string): Promise<{ challenge: string }> => {
    const { body } = await api.client.post('/auth/sms/challenge', { phone });
    return { challenge: await solveAltcha(body as ChallengeOffer) };
  };

  it('[ASVS 2.4.1] are asked for a challenge before a hundred messages, and those of users who return are not', async () => {
    const returning = freshPhone();
    await verified(returning);
    const { sent, answer } = await pump();
    expect(sent).toBeLessThan(100);
    expect(answer).toMatchObject({ status: 403, body: { code: 'challenge_required', challenge: 'altcha' } });
    expect(await send(returning, {})).toMatchObject({ status: 202 });
  });

  it('[ASVS 2.4.1] are sent to for an answer that is right, for this number, and new', async () => {
    await pump();
    const [phone, other] = [freshPhone(), freshPhone()];
    const answer = await solve(phone);
    expect(await send(other, answer)).toMatchObject({ status: 403 });
    expect(await send(phone, { challenge: 'AAAA' })).toMatchObject({ status: 403 });
    expect(await send(phone, answer)).toMatchObject({ status: 202 });
    expect(await send(other, answer)).toMatchObject({ status: 403 });
  });

  it('[ASVS 2.4.1] are refused in the end though each challenge is solved, with a wait', async () => {
    await pump();
    const { sent, answer } = await pump(solve);
    expect(sent).toBeLessThan(30);
    expect(answer).toMatchObject({ status: 429, body: { code: 'sending_paused' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('are explained: which limit refuses a number now, and when it opens', async () => {
    const service = api.app.get(SmsVerificationService);
    const explain = () => service.explain({ phone: PhoneNumber.parse(freshPhone()), purpose: 'login' });
    const open = { refusal: undefined, countryAllowed: true, budget: undefined };
    expect(await explain()).toMatchObject({
      ...open,
      levels: [{ state: 'open' }, { state: 'open' }, { state: 'open' }],
    });
    await pump();
    const { levels } = await explain();
    expect(levels.map(({ level }) => level)).toEqual(['country', 'operator', 'range']);
    expect(levels[1]).toMatchObject({ name: 'US-415' });
    expect(levels.some(({ pending }) => pending >= 8)).toBe(true);
  });

  it('are refused while an operator blocks their range, and sent to while it is kept open', async () => {
    const service = api.app.get(SmsVerificationService);
    const range = { phone: PhoneNumber.parse(freshPhone()), level: 'operator' } as const;
    await service.block(range, 3_600_000);
    const refused = await send(freshPhone());
    expect(refused).toMatchObject({ status: 429, body: { code: 'sending_paused' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500);
    await service.unblock(range, 3_600_000);
    expect(await send(freshPhone())).toMatchObject({ status: 202 });
  });

  it('leave nothing behind where they are not sent to: no cooldown, no quota', async () => {
    const { answer } = await pump();
    expect(answer.status).toBe(403);
    const phone = freshPhone();
    for (let n = 0; n < 7; n += 1) expect(await send(phone)).toMatchObject({ status: 403 });
  });
});
