import { PhoneNumber } from '@app/sms-verification';
import { freshPhone } from '../support/phones';
import { createService } from './in-memory-service';

const COUNT = 5_000;

describe('what must be unguessable', () => {
  const ids: Buffer[] = [];
  const secrets: Buffer[] = [];

  // As the library hands them out, not as some function of it draws them.
  beforeAll(async () => {
    const { service, gateway } = await createService();
    for (let n = 0; n < COUNT; n += 1) {
      const phone = PhoneNumber.parse(freshPhone());
      const { verificationId } = await service.send({ phone, purpose: 'login' });
      const code = gateway.handed.at(-1)?.code ?? '';
      const { token } = await service.verify({ phone, purpose: 'login', code, verificationId });
      ids.push(Buffer.from(verificationId, 'base64url'));
      secrets.push(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
    }
  });

  const kinds = [
    ['verification ids', 16, ids],
    ['secrets of proofs', 32, secrets],
  ] as const;

  it.each(kinds)('[ASVS 11.5.1] %s have %d bytes, and no two are alike', (_kind, bytes, drawn) => {
    expect(drawn.every(({ length }) => length === bytes)).toBe(true);
    expect(new Set(drawn.map((buffer) => buffer.toString('hex'))).size).toBe(COUNT);
  });

  it.each(kinds)('[ASVS 11.5.1] each bit of %s is set as often as not', (_kind, bytes, drawn) => {
    const tolerance = 7.5 * Math.sqrt(COUNT / 4);
    for (let bit = 0; bit < bytes * 8; bit += 1) {
      const set = drawn.filter((buffer) => ((buffer[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(Math.abs(set - COUNT / 2)).toBeLessThan(tolerance);
    }
  });
});

describe('what is compared', () => {
  it('[ASVS 11.2.4] is a digest of one length, whatever the guess, and never the guess', async () => {
    const secrets = ['a previous code secret, 32 bytes long', 'one more previous secret, 32 bytes long'];
    const { service, storage } = await createService({ acceptedCodeSecrets: secrets, codeLength: 10 });
    const phone = PhoneNumber.parse(freshPhone());
    const { verificationId } = await service.send({ phone, purpose: 'login' });
    const guesses = ['000000', '0000000', '00 00 00-00', '123456789', '9999999999'];
    for (const code of guesses) {
      await expect(service.verify({ phone, purpose: 'login', code, verificationId })).rejects.toMatchObject({
        code: 'code_invalid',
      });
    }
    expect(storage.verifyRequests).toHaveLength(guesses.length);
    for (const [index, { candidates }] of storage.verifyRequests.entries()) {
      expect(candidates).toHaveLength(3);
      for (const digest of candidates) {
        expect(digest).toMatch(/^[A-Za-z0-9_-]{22}$/);
        expect(digest).not.toContain(guesses[index]);
      }
    }
  });

  it('[ASVS 11.2.4] depends on the secret, the phone, the purpose and the code, each of them', async () => {
    const digestOf = async (
      options: object,
      phone: string,
      purpose: string,
      code: string,
    ): Promise<string> => {
      const { service, storage } = await createService(options);
      const request = { phone: PhoneNumber.parse(phone), purpose, code, verificationId: 'A'.repeat(22) };
      await expect(service.verify(request)).rejects.toMatchObject({ code: 'code_invalid' });
      return storage.verifyRequests[0]?.candidates[0] ?? '';
    };
    const [one, other] = [freshPhone(), freshPhone()];
    const digests = [
      await digestOf({}, one, 'login', '123456'),
      await digestOf({ codeSecret: 'another code secret of 32 bytes or more' }, one, 'login', '123456'),
      await digestOf({ phoneKey: 'another phone key of 32 bytes or more' }, one, 'login', '123456'),
      await digestOf({}, other, 'login', '123456'),
      await digestOf({}, one, 'register', '123456'),
      await digestOf({}, one, 'login', '1234560'),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(await digestOf({}, one, 'login', '123-456')).toBe(digests[0]);
  });
});
