import { tokenOf, wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';
import { STORES } from './timed-app';

describe.each(STORES)('what a code is bound to, with the %s store', (store) => {
  let api: TestApp;
  beforeAll(async () => {
    // Ten digits, so that no two verifications here have the same code by chance.
    api = await startApp({ store, environment: { SMS_CODE_LENGTH: '10', SMS_COOLDOWN_SECONDS: '1' } });
  });
  afterAll(() => api.close());

  it('[ASVS 6.6.2] fails with another phone, purpose or id, and spends nothing of the holder', async () => {
    const [phone, other] = [freshPhone(), freshPhone()];
    const mine = await api.client.send(phone, 'login');
    const code = await api.client.newestCode(phone);
    const sameForOtherPurpose = await api.client.send(phone, 'register');
    const othersOwn = await api.client.send(other, 'login');

    const strangers = [
      await api.client.verify(other, code, mine.verificationId, 'login'),
      await api.client.verify(phone, code, mine.verificationId, 'register'),
      await api.client.verify(phone, code, mine.verificationId, 'reset_password'),
      await api.client.verify(phone, code, othersOwn.verificationId, 'login'),
      await api.client.verify(phone, code, sameForOtherPurpose.verificationId, 'login'),
      await api.client.verify(other, code, othersOwn.verificationId, 'login'),
      await api.client.verify(phone, code, sameForOtherPurpose.verificationId, 'register'),
      await api.client.verify(phone, code, 'A'.repeat(22), 'login'),
      await api.client.post('/auth/sms/verify', { phone, purpose: 'login', code }),
    ];
    for (const { status, body } of strangers) {
      expect(status).toBe(400);
      expect(body).not.toHaveProperty('proof');
    }
    const { body } = await api.client.status(phone, mine.verificationId);
    expect(body).toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    expect((await api.client.verify(phone, code, mine.verificationId)).status).toBe(200);
  });

  it('[ASVS 6.6.2] holds for the newest and for older verifications alike: each has its own code', async () => {
    const phone = freshPhone();
    const sent = [];
    for (const purpose of ['login', 'register', 'change_phone']) {
      const { verificationId } = await api.client.send(phone, purpose);
      sent.push({ purpose, verificationId, code: await api.client.newestCode(phone) });
    }
    expect(new Set(sent.map(({ code }) => code)).size).toBe(3);
    expect(new Set(sent.map(({ verificationId }) => verificationId)).size).toBe(3);
    for (const { purpose, verificationId, code } of sent) {
      expect((await api.client.verify(phone, code, verificationId, purpose)).status).toBe(200);
    }
  });

  it('[ASVS 6.6.2] holds for proofs: another purpose gets nothing and spends nothing', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone, 'reset_password');
    const code = await api.client.newestCode(phone);
    const token = tokenOf(await api.client.verify(phone, code, verificationId, 'reset_password'));
    for (const purpose of ['login', 'register', 'change_phone']) {
      const refused = await api.client.redeem(token, purpose);
      expect(refused).toMatchObject({ status: 401, body: { code: 'proof_invalid' } });
    }
    expect(await api.client.redeem(token, 'reset_password')).toMatchObject({ status: 200, body: { phone } });
    expect((await api.client.redeem(token, 'reset_password')).status).toBe(401);
  });

  it('[ASVS 2.3.1] gives whoever never asked for a code the same answer as whoever guesses', async () => {
    const [phone, never] = [freshPhone(), freshPhone()];
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    const withoutSend = await api.client.verify(never, '1234567890', 'A'.repeat(22));
    const withoutId = await api.client.verify(phone, wrongCode(code), 'A'.repeat(22));
    await api.client.verify(phone, code, verificationId);
    const used = await api.client.verify(phone, code, verificationId);
    expect(withoutSend).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
    expect(withoutId.body).toEqual(withoutSend.body);
    expect(used.body).toEqual(withoutSend.body);
  });

  it('[ASVS 2.3.1] yields no proof before the code was verified, and none for what looks like a proof', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const forged = [
      verificationId,
      `${verificationId}.${verificationId}`,
      `${'A'.repeat(16)}.${'A'.repeat(43)}`,
    ];
    for (const token of forged) {
      expect(await api.client.redeem(token)).toMatchObject({ status: 401, body: { code: 'proof_invalid' } });
    }
    expect((await api.client.status(phone, verificationId)).body).toMatchObject({ state: 'pending' });
  });
});
