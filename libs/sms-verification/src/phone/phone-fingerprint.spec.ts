import { isPhoneFingerprint, PhoneFingerprinter } from './phone-fingerprint';
import { PhoneNumber } from './phone-number';

const KEY = 'a key of phones, of 32 bytes or more';
const PHONE = PhoneNumber.parse('+14155550100');

describe(PhoneFingerprinter.name, () => {
  it('gives every spelling of a number one name [ASVS 2.2.1]', () => {
    const fingerprinter = new PhoneFingerprinter(KEY);

    expect(fingerprinter.of(PhoneNumber.parse('(415) 555-0100', 'US'))).toBe(fingerprinter.of(PHONE));
  });

  it('gives neighbouring numbers names of their own', () => {
    const fingerprinter = new PhoneFingerprinter(KEY);
    const names = Array.from({ length: 1_000 }, (_, index) =>
      fingerprinter.of(PhoneNumber.parse(`+1415555${String(1_000 + index)}`)),
    );

    expect(new Set(names).size).toBe(names.length);
  });

  it('gives names that nobody can make without the key', () => {
    expect(new PhoneFingerprinter(`${KEY}!`).of(PHONE)).not.toBe(new PhoneFingerprinter(KEY).of(PHONE));
  });

  it('keeps its names over releases: another form would forget every cooldown, quota and lock', () => {
    expect(new PhoneFingerprinter(KEY).of(PHONE)).toBe('TQg2rWNdm4AN1SQG');
  });
});

describe(isPhoneFingerprint.name, () => {
  it('knows the form of a fingerprint', () => {
    expect(isPhoneFingerprint(new PhoneFingerprinter(KEY).of(PHONE))).toBe(true);
  });

  it.each([
    '',
    'A'.repeat(15),
    'A'.repeat(17),
    `${'A'.repeat(15)}}`,
    `${'A'.repeat(15)}:`,
    `${'A'.repeat(16)}\n`,
  ])('takes %j for none, which could leave the hash tag of a key', (text) => {
    expect(isPhoneFingerprint(text)).toBe(false);
  });
});
