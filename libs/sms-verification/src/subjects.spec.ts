import { PhoneNumber } from './phone/phone-number';
import { DEFAULT_POLICY } from './sms-verification.options';
import { Subjects } from './subjects';

const PHONE = PhoneNumber.parse('+14155550100');
const IN_A_DAY = 1_000_000_086_400_000;

describe(Subjects.name, () => {
  const subjects = new Subjects({
    codeSecret: 'a secret of codes, of 32 bytes or more',
    acceptedCodeSecrets: [],
    phoneKey: 'a key of phones, of 32 bytes or more',
    policies: new Map([['login', DEFAULT_POLICY]]),
  });
  const shared = subjects.of(PHONE, 'login').phone;
  const tokenOf = (device: number): string => {
    const deviceId = subjects.tokens.deviceIdFor(`proof ${String(device)}`);
    return subjects.tokens.sign(shared, { deviceId, notAfter: IN_A_DAY });
  };

  it('counts a device apart from everybody, the same at each request', () => {
    const [own, everybody, ...more] = subjects.inTurn(PHONE, 'login', tokenOf(1));
    expect(own.phone).not.toBe(shared);
    expect(own).toMatchObject({ purpose: 'login', notAfter: IN_A_DAY });
    expect(everybody).toEqual({ phone: shared, purpose: 'login' });
    expect(more).toEqual([]);
    expect(subjects.inTurn(PHONE, 'login', tokenOf(1))).toEqual([own, everybody]);
  });

  it('has four limits for devices of a phone, however many tokens its successes made', () => {
    const devices = Array.from({ length: 200 }, (_, device) =>
      subjects.inTurn(PHONE, 'login', tokenOf(device)),
    );
    expect(new Set(devices.map(([{ deviceId }]) => deviceId)).size).toBe(200);
    expect(new Set(devices.map(([{ phone }]) => phone)).size).toBe(4);
  });
});
