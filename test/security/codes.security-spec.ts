import { PhoneNumber, SmsVerificationOptionsError } from '@app/sms-verification';
import { EnvironmentError } from '../../apps/api/src/config/environment';
import { readSettings } from '../../apps/api/src/config/settings';
import { drawCode } from '../../libs/sms-verification/src/code/verification-code';
import { wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { createService } from './in-memory-service';
import { STORES, withTimedApp } from './timed-app';

const MILLION = 1_000_000;

// Every bound below is so wide that a fair source of digits breaks it less than once in 10⁹ runs.

describe('codes', () => {
  const codes = Array.from({ length: MILLION }, () => drawCode(6));

  it.each([
    ['first', 0],
    ['last', 3],
  ])('[ASVS 6.5.3] are uniform in their %s three digits (χ² of 10⁶ codes)', (_which, from) => {
    const counts = new Array<number>(1_000).fill(0);
    for (const code of codes) {
      const bin = Number(code.slice(from, from + 3));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const expected = MILLION / 1_000;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 999 degrees of freedom: six standard deviations on either side (Wilson and Hilferty).
    expect(chiSquare).toBeGreaterThan(750);
    expect(chiSquare).toBeLessThan(1_295);
  });

  it('[ASVS 6.5.3] keep their leading zeros', () => {
    expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true);
    const leading = codes.filter((code) => code.startsWith('0')).length;
    expect(Math.abs(leading - MILLION / 10)).toBeLessThan(6.5 * Math.sqrt(MILLION * 0.1 * 0.9));
  });

  it('[ASVS 6.5.3] do not follow from the code before', () => {
    const rising = codes.filter((code, index) => code > (codes[index - 1] ?? code)).length;
    // Half of all neighbours rise, give or take a variance of n/12.
    expect(Math.abs(rising - MILLION / 2)).toBeLessThan(6.5 * Math.sqrt(MILLION / 12) + 2);
  });

  it.each(['0', '1', '4', '5', '11', '6.5', '-6', 'six', '0x6', '６'])(
    '[ASVS 6.5.4, NIST 3.1.3.2] never have %s digits: the application does not start',
    (length) => {
      expect(() => readSettings({ SMS_CODE_LENGTH: length })).toThrow(EnvironmentError);
      expect(() => readSettings({ SMS_CODE_LENGTH: length })).toThrow(/SMS_CODE_LENGTH must be .*6 to 10/);
    },
  );

  it.each([0, 5, 5.999, 11, NaN, Infinity, -6])(
    '[ASVS 6.5.4, NIST 3.1.3.2] never have %s digits: the module refuses its options',
    async (codeLength) => {
      await expect(createService({ codeLength })).rejects.toThrow(SmsVerificationOptionsError);
    },
  );

  it.each([6, 7, 8, 9, 10])(
    '[ASVS 6.5.4] have as many digits as configured, here %d, and no fewer are accepted',
    async (codeLength) => {
      const { service, gateway } = await createService({ codeLength });
      const phone = PhoneNumber.parse(freshPhone());
      const { verificationId } = await service.send({ phone, purpose: 'login' });
      const { code, text } = gateway.newestFor(phone.e164);
      expect(code).toMatch(new RegExp(`^[0-9]{${String(codeLength)}}$`));
      expect(text).toContain(code);
      const short = { phone, purpose: 'login', code: code.slice(0, 5), verificationId };
      await expect(service.verify(short)).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );
});

describe.each(STORES)('a code, with the %s store', (store) => {
  it('[ASVS 6.5.1, NIST 3.1.3.2, NIST 63A 3.8] is good once: never again, not even after an hour', () =>
    withTimedApp({ store }, async (api) => {
      const phone = freshPhone();
      const { verificationId } = await api.client.send(phone);
      const code = await api.client.newestCode(phone);
      expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
      for (const seconds of [0, 1, 60, 600, 3_600]) {
        await api.pass(seconds);
        const again = await api.client.verify(phone, code, verificationId);
        expect(again).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
        const near = await api.client.verify(phone, wrongCode(code), verificationId);
        expect(again.body).toEqual(near.body);
      }
    }));
});
