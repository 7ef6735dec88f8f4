import { PhoneFingerprinter } from '../phone/phone-fingerprint';
import { PhoneNumber } from '../phone/phone-number';
import { CodeDigester, type CodeSubject } from './keyed-digest';

const OLD = 'the old code secret, 32 bytes or more';
const NEW = 'the new code secret, 32 bytes or more';
const fingerprints = new PhoneFingerprinter('a key of phones, of 32 bytes or more');
const HERS: CodeSubject = {
  fingerprint: fingerprints.of(PhoneNumber.parse('+14155550100')),
  purpose: 'login',
};
const HIS: CodeSubject = { ...HERS, fingerprint: fingerprints.of(PhoneNumber.parse('+14155550101')) };

describe(CodeDigester.name, () => {
  it('gives digests of one length, whatever the length of the code [ASVS 11.2.4]', () => {
    const digester = new CodeDigester(NEW, []);

    for (const code of ['000000', '123456', '1234567890']) {
      expect(digester.digest(code, HERS)).toMatch(/^[A-Za-z0-9_-]{22}$/);
    }
  });

  it('gives digests that nobody can make without the secret, and that do not show the code [ASVS 11.2.4]', () => {
    const digest = new CodeDigester(NEW, []).digest('123456', HERS);

    expect(new CodeDigester(OLD, []).digest('123456', HERS)).not.toBe(digest);
    expect(digest).not.toContain('123456');
  });

  it('makes a code good for one phone and one purpose alone [ASVS 6.6.2]', () => {
    const digester = new CodeDigester(NEW, []);
    const right = digester.digest('123456', HERS);

    expect(digester.candidates('123456', HERS)).toEqual([right]);
    expect(digester.candidates('123457', HERS)).not.toContain(right);
    expect(digester.candidates('123456', HIS)).not.toContain(right);
    expect(digester.candidates('123456', { ...HERS, purpose: 'register' })).not.toContain(right);
  });

  it('keeps purpose and code apart, so that the end of one is never read as the beginning of the other', () => {
    const digester = new CodeDigester(NEW, []);

    expect(digester.digest('1234567', { ...HERS, purpose: 'step' })).not.toBe(
      digester.digest('234567', { ...HERS, purpose: 'step1' }),
    );
  });

  it('keeps its digests over releases: another form would refuse every code in flight', () => {
    expect(new CodeDigester(NEW, []).digest('123456', HERS)).toBe('2OWqBnwD2B2x9nis4md71E');
  });

  describe('while the secret rotates', () => {
    const before = new CodeDigester(OLD, []);
    const prepared = new CodeDigester(OLD, [NEW]);
    const swapped = new CodeDigester(NEW, [OLD]);
    const after = new CodeDigester(NEW, []);

    it.each([
      ['not yet prepared', before, 'prepared', prepared],
      ['prepared', prepared, 'not yet prepared', before],
      ['prepared', prepared, 'swapped', swapped],
      ['swapped', swapped, 'prepared', prepared],
      ['swapped', swapped, 'done', after],
      ['done', after, 'swapped', swapped],
    ])('a code of an instance %s is accepted by an instance %s', (_issuer, issuer, _verifier, verifier) => {
      expect(verifier.candidates('123456', HERS)).toContain(issuer.digest('123456', HERS));
    });

    it('compares with the current secret first', () => {
      expect(swapped.candidates('123456', HERS)).toEqual([
        after.digest('123456', HERS),
        before.digest('123456', HERS),
      ]);
    });

    it('no longer accepts the old secret when it is gone', () => {
      expect(after.candidates('123456', HERS)).not.toContain(before.digest('123456', HERS));
    });
  });
});
