import { SmsVerificationEvents, type SmsVerificationEvent } from '@app/sms-verification';
import { wrongCode, type SentBody } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startTimedApp, STORES, type TimedApp } from './timed-app';

describe.each(STORES)('guessing, with the %s store', (store) => {
  let api: TimedApp;
  const events: SmsVerificationEvent[] = [];

  beforeAll(async () => {
    api = await startTimedApp({
      store,
      environment: { SMS_COOLDOWN_SECONDS: '1', SMS_PHONE_QUOTA: '100/1h' },
    });
    api.app.get(SmsVerificationEvents).subscribe((event) => {
      events.push(event);
    });
  });
  beforeEach(() => {
    events.length = 0;
  });
  afterAll(() => api.close());

  /** The failure count that each refusal reported; `uncounted` where the guess was not evaluated. */
  const failures = (): unknown[] =>
    events.flatMap((event) => (event.type === 'failed' ? [event.failures ?? 'uncounted'] : []));

  /** Guesses wrong so many times and returns the right code. */
  async function fail(phone: string, { verificationId }: SentBody, times: number): Promise<string> {
    const code = await api.client.newestCode(phone);
    for (let time = 0; time < times; time += 1) {
      const answer = await api.client.verify(phone, wrongCode(code), verificationId);
      expect(answer.body['code']).toBe('code_invalid');
    }
    return code;
  }

  it('[ASVS 6.6.3] ends after five attempts: the sixth is not evaluated, though it be right', async () => {
    const phone = freshPhone();
    const sent = await api.client.send(phone);
    const code = await fail(phone, sent, 5);
    for (const guess of [code, wrongCode(code), code]) {
      const refused = await api.client.verify(phone, guess, sent.verificationId);
      expect(refused).toMatchObject({ status: 429, body: { code: 'attempts_exhausted' } });
    }
    expect(failures()).toEqual([1, 2, 3, 4, 5, 'uncounted', 'uncounted', 'uncounted']);
    expect((await api.client.status(phone, sent.verificationId)).body).toMatchObject({
      state: 'locked',
      attemptsRemaining: 0,
    });
  });

  it('[NIST 3.1.3.2] is counted on over a new code: after three failures the next one is the fourth', async () => {
    const phone = freshPhone();
    await fail(phone, await api.client.send(phone), 3);
    await api.pass(1);
    await fail(phone, await api.client.send(phone), 1);
    await api.pass(1);
    await fail(phone, await api.client.send(phone), 1);
    expect(failures()).toEqual([1, 2, 3, 4, 5]);
  });

  it('[NIST 3.1.3.2] is counted on after the verifications have expired', async () => {
    const phone = freshPhone();
    await fail(phone, await api.client.send(phone), 4);
    await api.pass(3_600);
    await fail(phone, await api.client.send(phone), 1);
    expect(failures().at(-1)).toBe(5);
    await api.pass(1);
    const refused = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'attempts_exhausted' } });
  });

  it('[NIST 3.2.2, ASVS 6.6.3] makes the wait for a new code grow', async () => {
    const phone = freshPhone();
    const waits: number[] = [];
    for (let verification = 0; verification < 8; verification += 1) {
      await fail(phone, await api.client.send(phone), 5);
      await api.pass(1);
      const refused = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
      expect(refused.body['code']).toBe('attempts_exhausted');
      waits.push(Math.ceil(Number(refused.body['retryAfter']) / 60));
      await api.pass(Number(refused.body['retryAfter']));
    }
    expect(waits).toEqual([1, 5, 5, 15, 15, 15, 15, 60]);
  });

  it('[NIST 3.2.2] is forgotten after a success: the next failure is the first again', async () => {
    const phone = freshPhone();
    const sent = await api.client.send(phone);
    const code = await fail(phone, sent, 4);
    expect((await api.client.verify(phone, code, sent.verificationId)).status).toBe(200);
    expect(events).toContainEqual(expect.objectContaining({ type: 'verified', failuresBefore: 4 }));
    await fail(phone, await api.client.send(phone), 4);
    expect(failures()).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    await api.pass(1);
    expect((await api.client.send(phone)).verificationId).toHaveLength(22);
  });

  it('[NIST 3.2.2] of one purpose does not count towards another, nor that of one phone towards another', async () => {
    const [phone, other] = [freshPhone(), freshPhone()];
    await fail(phone, await api.client.send(phone), 4);
    const register = await api.client.send(phone, 'register');
    const code = await api.client.newestCode(phone);
    await api.client.verify(phone, wrongCode(code), register.verificationId, 'register');
    await fail(other, await api.client.send(other), 1);
    expect(failures()).toEqual([1, 2, 3, 4, 1, 1]);
  });

  it('[ASVS 6.6.3] with ids that were never given out is refused without being counted or compared', async () => {
    const phone = freshPhone();
    const sent = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    for (let time = 0; time < 10; time += 1) {
      const answer = await api.client.verify(phone, code, String(time).padStart(22, 'A'));
      expect(answer).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
      expect(answer.body).not.toHaveProperty('attemptsRemaining');
    }
    expect(new Set(failures())).toEqual(new Set(['uncounted']));
    expect((await api.client.status(phone, sent.verificationId)).body['attemptsRemaining']).toBe(5);
  });
});
