import { PhoneNumber } from '../phone/phone-number';
import { sealPhone, unsealPhone } from './sealed-phone';

const SHORT = PhoneNumber.fromE164('+6591234567');
const LONG = PhoneNumber.fromE164('+123456789012345');

describe(sealPhone.name, () => {
  it('hides how long the phone is', () => {
    expect(sealPhone('key', SHORT, 'login')).toHaveLength(sealPhone('key', LONG, 'login').length);
  });

  it('hides each phone behind a pad of its key alone', () => {
    expect(sealPhone('one key', SHORT, 'login').slice(0, 16)).not.toBe(
      sealPhone('other key', SHORT, 'login').slice(0, 16),
    );
  });

  it('keeps its form over releases: another would refuse every proof in flight', () => {
    expect(sealPhone('key', SHORT, 'login')).toBe('O_RVPfMI9CdrfXaVuYmyMANhfsBRokyxC653GUrjxJyL');
  });
});

describe(unsealPhone.name, () => {
  it.each([SHORT, LONG])('gives back the phone %s', (phone) => {
    expect(unsealPhone('key', sealPhone('key', phone, 'login'), 'login')?.equals(phone)).toBe(true);
  });

  it('gives nothing back for another key, another purpose, or a tag of another phone', () => {
    const sealed = sealPhone('key', SHORT, 'login');

    expect(unsealPhone('other', sealed, 'login')).toBeUndefined();
    expect(unsealPhone('key', sealed, 'register')).toBeUndefined();
    expect(
      unsealPhone('key', sealed.slice(0, 22) + sealPhone('key', LONG, 'login').slice(22), 'login'),
    ).toBeUndefined();
    expect(unsealPhone('key', '', 'login')).toBeUndefined();
  });
});
