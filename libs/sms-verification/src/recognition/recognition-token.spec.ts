import { PhoneFingerprinter } from '../phone/phone-fingerprint';
import { PhoneNumber } from '../phone/phone-number';
import { RecognitionTokens } from './recognition-token';

const fingerprinter = new PhoneFingerprinter('a key of phones, of 32 bytes or more');
const HERS = fingerprinter.of(PhoneNumber.parse('+14155550100'));
const HIS = fingerprinter.of(PhoneNumber.parse('+14155550101'));
const SECRET = 'a secret of codes, of 32 bytes or more';
const DEVICE = { deviceId: 'a-device_id-0000', notAfter: 1_900_000_000_000 };

describe(RecognitionTokens.name, () => {
  const tokens = new RecognitionTokens(SECRET, []);

  it('reads what it signed', () => {
    expect(tokens.read(tokens.sign(HERS, DEVICE), HERS)).toEqual(DEVICE);
  });

  it('knows no device by the token of another phone', () => {
    expect(tokens.read(tokens.sign(HERS, DEVICE), HIS)).toBeUndefined();
  });

  it('refuses whatever was changed, and whatever is no token', () => {
    const token = tokens.sign(HERS, DEVICE);
    for (let at = 0; at < token.length; at += 1) {
      // The last sign of a 32-byte MAC in base64url has two bits that mean nothing.
      if (at === token.length - 1) continue;
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(tokens.read(changed, HERS)).toBeUndefined();
    }
    for (const junk of ['', '.', '...', 'x'.repeat(5_000), token + '.', `${token}a`, token.toUpperCase()]) {
      expect(tokens.read(junk, HERS)).toBeUndefined();
    }
  });

  it('accepts what the secret before signed for as long as that is accepted, and signs with the new one', () => {
    const before = tokens.sign(HERS, DEVICE);
    const rotated = new RecognitionTokens('the secret after, of 32 bytes or more', [SECRET]);
    expect(rotated.read(before, HERS)).toEqual(DEVICE);
    expect(tokens.read(rotated.sign(HERS, DEVICE), HERS)).toBeUndefined();
    expect(
      new RecognitionTokens('the secret after, of 32 bytes or more', []).read(before, HERS),
    ).toBeUndefined();
  });

  it('names a device by its first proof, the same for a repeat', () => {
    expect(tokens.deviceIdFor('proof')).toBe(tokens.deviceIdFor('proof'));
    expect(tokens.deviceIdFor('proof')).not.toBe(tokens.deviceIdFor('another'));
  });
});
