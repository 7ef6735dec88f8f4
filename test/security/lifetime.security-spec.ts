import { SmsVerificationOptionsError } from '@app/sms-verification';
import { EnvironmentError } from '../../apps/api/src/config/environment';
import { readSettings } from '../../apps/api/src/config/settings';
import { tokenOf } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { createService } from './in-memory-service';
import { startTimedApp, STORES, type TimedApp } from './timed-app';

describe('the lifetime of a code', () => {
  it.each(['601', '3600', '0', '-1', '1e2', 'forever'])(
    '[ASVS 6.5.5, NIST 3.1.3.2] is never %s seconds: the application does not start',
    (seconds) => {
      for (const name of ['SMS_CODE_EXPIRY_SECONDS', 'SMS_CODE_EXPIRY_SECONDS_LOGIN']) {
        expect(() => readSettings({ [name]: seconds })).toThrow(EnvironmentError);
        expect(() => readSettings({ [name]: seconds })).toThrow(new RegExp(`${name} must be .*1 to 600`));
      }
    },
  );

  it.each([600_001, 0, 999, NaN, Infinity])(
    '[ASVS 6.5.5, NIST 3.1.3.2] is never %d ms: the module refuses its options',
    async (lifetimeMs) => {
      await expect(createService({ lifetimeMs })).rejects.toThrow(SmsVerificationOptionsError);
      await expect(createService({ purposes: { login: { lifetimeMs } } })).rejects.toThrow(
        SmsVerificationOptionsError,
      );
    },
  );
});

describe.each(STORES)('the end of a code, with the %s store', (store) => {
  let api: TimedApp;
  beforeEach(async () => {
    api = await startTimedApp({ store });
  });
  afterEach(() => api.close());

  it('[ASVS 6.5.5, NIST 3.1.3.2] comes after the seconds that send told', async () => {
    const phone = freshPhone();
    const { verificationId, expiresIn } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    expect(expiresIn).toBe(300);
    await api.pass(expiresIn);
    const late = await api.client.verify(phone, code, verificationId);
    expect(late).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
    expect(late.body).not.toHaveProperty('attemptsRemaining');
    const { body } = await api.client.status(phone, verificationId);
    expect(body).toMatchObject({ state: 'expired', expiresIn: 0 });
  });

  it('[ASVS 6.5.5] does not come early', async () => {
    const phone = freshPhone();
    const { verificationId, expiresIn } = await api.client.send(phone);
    await api.pass(expiresIn - 10);
    const code = await api.client.newestCode(phone);
    expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
  });

  it('[ASVS 6.5.5, NIST 3.1.3.2] is not put off by a resend, by guesses, or by looking', async () => {
    const phone = freshPhone();
    const first = await api.client.send(phone);
    const firstCode = await api.client.newestCode(phone);
    await api.pass(first.resendIn);
    const second = await api.client.send(phone);
    await api.client.verify(phone, '000000', first.verificationId);
    const { body } = await api.client.status(phone, first.verificationId);
    expect(body['expiresIn']).toBeLessThanOrEqual(240);

    await api.pass(first.expiresIn - first.resendIn);
    const late = await api.client.verify(phone, firstCode, first.verificationId);
    expect(late.body).toMatchObject({ code: 'code_invalid' });
    const secondCode = await api.client.newestCode(phone);
    expect((await api.client.verify(phone, secondCode, second.verificationId)).status).toBe(200);
  });

  it('[ASVS 6.5.5] has its like for proofs: they are good for the seconds that verify told', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const verified = await api.client.verify(phone, await api.client.newestCode(phone), verificationId);
    expect(verified.body['proof']).toMatchObject({ expiresIn: 600 });
    await api.pass(600);
    const late = await api.client.redeem(tokenOf(verified));
    expect(late).toMatchObject({ status: 401, body: { code: 'proof_invalid' } });
  });
});
