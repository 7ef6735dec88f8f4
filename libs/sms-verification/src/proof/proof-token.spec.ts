import { PhoneFingerprinter } from '../phone/phone-fingerprint';
import { PhoneNumber } from '../phone/phone-number';
import { mintProof, readProofToken, type MintedProof, type ProofClaim } from './proof-token';
import { unsealPhone } from './sealed-phone';

const PHONE = PhoneNumber.parse('+14155550100');
const FINGERPRINT = new PhoneFingerprinter('a key of phones, of 32 bytes or more').of(PHONE);

const mint = (purpose = 'login'): MintedProof => mintProof(FINGERPRINT, PHONE, purpose);
function read({ token }: Pick<MintedProof, 'token'>): ProofClaim {
  const claim = readProofToken(token);
  if (claim === undefined) throw new Error('this token cannot be read');
  return claim;
}

describe(mintProof.name, () => {
  it('makes a token of where to look and 256 random bits [ASVS 11.5.1]', () => {
    const [fingerprint, secret = '', ...rest] = mint().token.split('.');

    expect(fingerprint).toBe(FINGERPRINT);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(rest).toEqual([]);
  });

  it('makes every token, digest and seal anew', () => {
    const [first, second] = [mint(), mint()];

    expect(second.token).not.toBe(first.token);
    expect(second.digest).not.toBe(first.digest);
    expect(second.sealedPhone).not.toBe(first.sealedPhone);
  });

  it('gives storage nothing that shows the token or the phone [ASVS 16.2.5]', () => {
    const { token, digest, sealedPhone } = mint();
    const secret = token.split('.')[1] ?? '';
    const stored = [digest, sealedPhone].flatMap((text) => [
      text,
      Buffer.from(text, 'base64url').toString('latin1'),
    ]);

    for (const text of stored) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret, 'base64url').toString('latin1'));
      expect(text).not.toContain('4155550100');
    }
  });

  it('gives storage a digest that is not the key of the seal', () => {
    const { digest, sealedPhone } = mint();

    expect(unsealPhone(digest, sealedPhone, 'login')).toBeUndefined();
  });
});

describe(readProofToken.name, () => {
  it('finds the proof of the token, and opens its seal', () => {
    const proof = mint();
    const claim = read(proof);

    expect(claim.fingerprint).toBe(FINGERPRINT);
    expect(claim.digest).toBe(proof.digest);
    expect(claim.unseal(proof.sealedPhone, 'login')?.equals(PHONE)).toBe(true);
  });

  it('opens no seal of another purpose', () => {
    const proof = mint('login');

    expect(read(proof).unseal(proof.sealedPhone, 'reset_password')).toBeUndefined();
  });

  it('opens no seal of another token', () => {
    expect(read(mint()).unseal(mint().sealedPhone, 'login')).toBeUndefined();
  });

  it('opens no seal in which any one bit was changed', () => {
    const proof = mint();
    const sealed = Buffer.from(proof.sealedPhone, 'base64url');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);

      expect(read(proof).unseal(changed.toString('base64url'), 'login')).toBeUndefined();
    }
  });

  it.each([0, 1, 15, 16, 27])('opens no seal of which %i bytes are left', (length) => {
    const proof = mint();
    const cut = Buffer.from(proof.sealedPhone, 'base64url').subarray(0, length).toString('base64url');

    expect(read(proof).unseal(cut, 'login')).toBeUndefined();
  });

  it('finds nothing by a token whose secret was changed in any one place', () => {
    const proof = mint();
    const secret = Buffer.from(proof.token.split('.')[1] ?? '', 'base64url');
    for (let index = 0; index < secret.length; index += 1) {
      const changed = Buffer.from(secret);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const claim = read({ token: `${FINGERPRINT}.${changed.toString('base64url')}` });

      expect(claim.digest).not.toBe(proof.digest);
      expect(claim.unseal(proof.sealedPhone, 'login')).toBeUndefined();
    }
  });

  it.each([
    ['nothing', () => ''],
    ['a fingerprint alone', () => FINGERPRINT],
    ['a secret alone', (token: string) => token.slice(17)],
    ['an empty secret', () => `${FINGERPRINT}.`],
    ['a short secret', (token: string) => token.slice(0, -1)],
    ['a long secret', (token: string) => `${token}A`],
    ['a padded secret', (token: string) => `${token.slice(0, -1)}=`],
    ['a secret in the other base64', (token: string) => `${token.slice(0, -1)}+`],
    ['a third part', (token: string) => `${token}.A`],
    ['an empty third part', (token: string) => `${token}.`],
    ['a line end', (token: string) => `${token}\n`],
    ['a short fingerprint', (token: string) => token.slice(1)],
    ['a fingerprint that would leave its hash tag', (token: string) => `}${token.slice(1)}`],
    ['two tokens, as a repeated header is joined', (token: string) => `${token}, ${token}`],
    ['10 kB', () => 'A'.repeat(10_000)],
  ])('reads no token in %s [ASVS 2.2.1]', (_what, spoil) => {
    expect(readProofToken(spoil(mint().token))).toBeUndefined();
  });
});
