import { wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startTimedApp, STORES, type TimedApp } from './timed-app';

describe.each(STORES)('a stranger who knows the phone but not the id, with the %s store', (store) => {
  let api: TimedApp;
  beforeEach(async () => {
    api = await startTimedApp({
      store,
      environment: { SMS_COOLDOWN_SECONDS: '1', SMS_PHONE_QUOTA: '100/1h' },
    });
  });
  afterEach(() => api.close());

  it('[ASVS 6.1.1, ASVS 6.3.1] spends no attempt of the holder by guessing', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    for (let time = 0; time < 30; time += 1) {
      await api.client.verify(phone, wrongCode(code), `${String(time).padStart(2, '0')}${'A'.repeat(20)}`);
    }
    const { body } = await api.client.status(phone, verificationId);
    expect(body).toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
  });

  it('[ASVS 6.1.1, ASVS 6.3.1] takes nothing from the holder by sending and failing until refused', async () => {
    const phone = freshPhone();
    const holder = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    let refused: unknown;
    for (let sends = 0; sends < 10; sends += 1) {
      await api.pass(1);
      const sent = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
      refused = sent.body['code'];
      if (sent.status !== 202) break;
      const wrong = wrongCode(await api.client.newestCode(phone));
      for (let time = 0; time < 6; time += 1) {
        await api.client.verify(phone, wrong, String(sent.body['verificationId']));
      }
    }
    expect(refused).toBe('attempts_exhausted');

    const { body } = await api.client.status(phone, holder.verificationId);
    expect(body).toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    expect(body['expiresIn']).toBeGreaterThan(290);
    // The holder still has all five attempts, the last of them with the right code.
    for (let remaining = 4; remaining > 0; remaining -= 1) {
      const wrong = await api.client.verify(phone, wrongCode(code), holder.verificationId);
      expect(wrong.body).toMatchObject({ code: 'code_invalid', attemptsRemaining: remaining });
    }
    expect((await api.client.verify(phone, code, holder.verificationId)).status).toBe(200);
  });

  it('[ASVS 6.3.1] cannot push the code of the holder out with newer ones', async () => {
    const phone = freshPhone();
    const holder = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    const answers = [];
    for (let time = 0; time < 5; time += 1) {
      await api.pass(1);
      answers.push(await api.client.post('/auth/sms/send', { phone, purpose: 'login' }));
    }
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429, 429, 429]);
    expect((await api.client.verify(phone, code, holder.verificationId)).status).toBe(200);
  });
});
