import { PhoneFingerprinter } from '../phone/phone-fingerprint';
import { PhoneNumber } from '../phone/phone-number';
import { drawProof, ProofTokens, type DrawnProof } from './proof-token';

const KEY = 'a key of phones, of 32 bytes or more';
const PHONE = PhoneNumber.parse('+14155550100');
const FINGERPRINT = new PhoneFingerprinter(KEY).of(PHONE);
const OTHER = new PhoneFingerprinter(KEY).of(PhoneNumber.parse('+14155550199'));

const tokens = new ProofTokens(KEY);
const write = (drawn = drawProof(), purpose = 'login'): string =>
  tokens.write(drawn, FINGERPRINT, PHONE, purpose);

/** A token with one of its three parts changed. */
function withPart(token: string, index: 0 | 1 | 2, change: (part: string) => string): string {
  return token
    .split('.')
    .map((part, at) => (at === index ? change(part) : part))
    .join('.');
}

function flipBit(part: string, bit: number): string {
  const bytes = Buffer.from(part, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('base64url');
}

describe(drawProof.name, () => {
  it('draws 256 random bits anew each time [ASVS 11.5.1]', () => {
    const drawn = Array.from({ length: 100 }, () => drawProof());

    for (const { secret } of drawn) expect(secret).toHaveLength(32);
    expect(new Set(drawn.map(({ secret }) => secret.toString('hex'))).size).toBe(100);
    expect(new Set(drawn.map(({ digest }) => digest)).size).toBe(100);
  });

  it('gives storage nothing that shows the secret [ASVS 16.2.5]', () => {
    const { secret, digest }: DrawnProof = drawProof();

    expect(Buffer.from(digest, 'base64url')).toHaveLength(32);
    expect(digest).not.toContain(secret.toString('base64url'));
    expect(Buffer.from(digest, 'base64url').equals(secret)).toBe(false);
  });

  it('draws the same of the same secret, for a repeated request (R11)', () => {
    const { secret, digest } = drawProof();

    expect(drawProof(secret).digest).toBe(digest);
    expect(write(drawProof(secret))).toBe(write(drawProof(secret)));
  });
});

describe(ProofTokens.name, () => {
  it('writes where to look, the secret and the phone, which nobody reads without the key [ASVS 16.2.5]', () => {
    const drawn = drawProof();
    const [fingerprint, secret, sealed = '', ...rest] = write(drawn).split('.');

    expect(fingerprint).toBe(FINGERPRINT);
    expect(secret).toBe(drawn.secret.toString('base64url'));
    expect(rest).toEqual([]);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('4155550100');
    expect(new ProofTokens(`${KEY}.`).read(write(drawn), 'login')).toBeUndefined();
  });

  it('writes tokens of one length, however long the number', () => {
    const lengths = ['+4915112345678', '+33612345678', '+6581234567'].map(
      (number) => tokens.write(drawProof(), FINGERPRINT, PhoneNumber.parse(number), 'login').length,
    );

    expect(new Set(lengths)).toEqual(new Set([16 + 1 + 43 + 1 + 43]));
  });

  it('reads what it wrote: where to look, what to find, and the phone', () => {
    const drawn = drawProof();
    const claim = tokens.read(write(drawn), 'login');

    expect(claim?.fingerprint).toBe(FINGERPRINT);
    expect(claim?.digest).toBe(drawn.digest);
    expect(claim?.phone.equals(PHONE)).toBe(true);
  });

  it('reads no token of another purpose', () => {
    expect(tokens.read(write(drawProof(), 'login'), 'reset_password')).toBeUndefined();
  });

  it('reads no token in which any one bit of the sealed phone or of the secret was changed', () => {
    const token = write();
    for (let bit = 0; bit < 32 * 8; bit += 1) {
      expect(
        tokens.read(
          withPart(token, 2, (part) => flipBit(part, bit)),
          'login',
        ),
      ).toBeUndefined();
      expect(
        tokens.read(
          withPart(token, 1, (part) => flipBit(part, bit)),
          'login',
        ),
      ).toBeUndefined();
    }
  });

  it('reads no token put together of two, or that points elsewhere', () => {
    const [first, second] = [write(), write()];

    expect(
      tokens.read(
        withPart(first, 2, () => second.split('.')[2] ?? ''),
        'login',
      ),
    ).toBeUndefined();
    expect(
      tokens.read(
        withPart(first, 0, () => OTHER),
        'login',
      ),
    ).toBeUndefined();
  });

  it('reads no token that was sealed anew with the key for another phone', () => {
    const drawn = drawProof();
    const victim = PhoneNumber.parse('+14155550199');

    expect(tokens.read(tokens.write(drawn, FINGERPRINT, victim, 'login'), 'login')).toBeUndefined();
  });

  it('reads tokens of recognised devices’ subjects', () => {
    const device = new PhoneFingerprinter(KEY).ofDevices(PHONE, 3);

    expect(tokens.read(tokens.write(drawProof(), device, PHONE, 'login'), 'login')?.fingerprint).toBe(device);
  });

  it('seals with another key for each subject and purpose, also when a repeat has the same secret', () => {
    const drawn = drawProof();
    const sealed = [
      tokens.write(drawn, FINGERPRINT, PHONE, 'login'),
      tokens.write(drawn, FINGERPRINT, PHONE, 'register'),
      tokens.write(drawn, new PhoneFingerprinter(KEY).ofDevices(PHONE, 0), PHONE, 'login'),
    ].map((token) =>
      Buffer.from(token.split('.')[2] ?? '', 'base64url')
        .subarray(0, 16)
        .toString('hex'),
    );

    expect(new Set(sealed).size).toBe(3);
  });

  it.each([
    ['nothing', () => ''],
    ['a fingerprint alone', () => FINGERPRINT],
    ['no sealed phone', (token: string) => token.slice(0, 60)],
    ['an empty sealed phone', (token: string) => `${token.slice(0, 60)}.`],
    ['an empty secret', (token: string) => withPart(token, 1, () => '')],
    ['a short secret', (token: string) => withPart(token, 1, (part) => part.slice(1))],
    ['a sealed phone cut short', (token: string) => token.slice(0, -1)],
    ['a sealed phone with more', (token: string) => `${token}A`],
    ['padding', (token: string) => `${token.slice(0, -1)}=`],
    ['the other base64', (token: string) => `${token.slice(0, -1)}+`],
    ['a fourth part', (token: string) => `${token}.A`],
    ['an empty fourth part', (token: string) => `${token}.`],
    ['a line end', (token: string) => `${token}\n`],
    ['a short fingerprint', (token: string) => token.slice(1)],
    ['a fingerprint that would leave its hash tag', (token: string) => `}${token.slice(1)}`],
    ['two tokens, as a repeated header is joined', (token: string) => `${token}, ${token}`],
    ['10 kB', () => 'A'.repeat(10_000)],
  ])('reads no token in %s [ASVS 2.2.1]', (_what, spoil) => {
    expect(tokens.read(spoil(write()), 'login')).toBeUndefined();
  });
});
