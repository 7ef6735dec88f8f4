import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { PhoneNumber } from './phone/phone-number';
import {
  CodeInvalidError,
  IdempotencyConflictError,
  StorageUnavailableError,
} from './sms-verification.errors';
import { SmsVerificationEvents } from './sms-verification.events';
import { resolveOptions } from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

const HERS = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

class KeepingGateway extends SmsGateway {
  readonly messages: SmsMessage[] = [];

  override send(message: SmsMessage): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: String(this.messages.push(message)) });
  }

  get newest(): SmsMessage {
    const newest = this.messages.at(-1);
    if (newest === undefined) throw new Error('no message was sent');
    return newest;
  }
}

describe(`${SmsVerificationService.name} and recognised devices (R21)`, () => {
  let now: number;
  let gateway: KeepingGateway;
  let storage: InProcessSmsCodeStorage;
  let service: SmsVerificationService;

  beforeEach(() => {
    now = 1_000_000 * MINUTE;
    gateway = new KeepingGateway();
    storage = new InProcessSmsCodeStorage(() => now);
    const options = resolveOptions({
      gateway,
      storage,
      codeSecret: 'a secret of codes, of 32 bytes or more',
      phoneKey: 'a key of phones, of 32 bytes or more',
      binding: 'optional',
      abuse: { mode: 'off' },
    });
    service = new SmsVerificationService(options, storage, gateway, new SmsVerificationEvents());
  });

  const verify = (how: object = {}): ReturnType<typeof service.verify> =>
    service.verify({ ...HERS, code: gateway.newest.code, ...how });
  const wrong = (): string => gateway.newest.code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));

  /** Sends and verifies; returns the token for the next time. */
  async function logIn(recognition?: string): Promise<string> {
    await service.send({ ...HERS, recognition });
    return (await verify({ verificationId: gateway.newest.verificationId, recognition })).recognition.token;
  }

  it('keeps the number known by successes of its devices alone', async () => {
    const first = await logIn();
    now += 80 * DAY;
    expect(await service.explain(HERS)).toMatchObject({ known: true });
    await logIn(first);
    now += 80 * DAY;
    expect(await service.explain(HERS)).toMatchObject({ known: true });
    now += 20 * DAY;
    expect(await service.explain(HERS)).toMatchObject({ known: false });
  });

  it('has its success though that could not be noted', async () => {
    const first = await logIn();
    jest.spyOn(storage, 'recordKnown').mockRejectedValue(new StorageUnavailableError());
    await expect(logIn(first)).resolves.toEqual(expect.any(String));
    expect(storage.recordKnown).toHaveBeenCalledTimes(1);
  });

  describe('and repeats with an idempotency key (R11)', () => {
    const idempotencyKey = 'the key of one request';

    /** A device that has to wait because it failed too often. */
    async function failedDevice(): Promise<string> {
      const recognition = await logIn();
      const { verificationId } = await service.send({ ...HERS, recognition });
      now += 1_000;
      for (let guess = 0; guess < 5; guess += 1)
        await verify({ verificationId, recognition, code: wrong() }).catch(() => undefined);
      return recognition;
    }

    it('takes a request with a token and one without for two', async () => {
      const recognition = await logIn();
      const before = gateway.messages.length;
      await service.send({ ...HERS, idempotencyKey });
      await expect(service.send({ ...HERS, idempotencyKey, recognition })).rejects.toThrow(
        IdempotencyConflictError,
      );
      expect(gateway.messages).toHaveLength(before + 1);

      await verify({ idempotencyKey });
      await expect(verify({ idempotencyKey, recognition })).rejects.toThrow(IdempotencyConflictError);
    });

    it('answers what was sent by the limits of all, though the device need not wait any more', async () => {
      const recognition = await failedDevice();
      const { verificationId } = await service.send({ ...HERS, recognition, idempotencyKey });
      const before = gateway.messages.length;
      now += 2 * MINUTE;
      const repeat = await service.send({ ...HERS, recognition, idempotencyKey });
      expect(repeat.verificationId).toBe(verificationId);
      expect(gateway.messages).toHaveLength(before);
    });

    it('answers what was sent by the limits of the device, though its token has ended since', async () => {
      const recognition = await logIn();
      now += 90 * DAY - MINUTE;
      const { verificationId } = await service.send({ ...HERS, recognition, idempotencyKey });
      const before = gateway.messages.length;
      now += 2 * MINUTE;
      const repeat = await service.send({ ...HERS, recognition, idempotencyKey });
      expect(repeat.verificationId).toBe(verificationId);
      expect(gateway.messages).toHaveLength(before);
    });

    it('counts no second guess, though the code that it would be about is the device’s by now', async () => {
      const recognition = await logIn();
      await service.send(HERS);
      const guess = { code: wrong(), recognition, idempotencyKey };
      const refused = { attemptsRemaining: 4 };
      await expect(verify(guess)).rejects.toMatchObject(refused);
      const { verificationId } = await service.send({ ...HERS, recognition });
      await expect(verify(guess)).rejects.toMatchObject(refused);
      const status = await service.status({ ...HERS, verificationId, recognition });
      expect(status.attemptsRemaining).toBe(5);
    });

    it('gives the same proof again, though the token has ended since', async () => {
      const recognition = await logIn();
      now += 90 * DAY - MINUTE;
      await service.send({ ...HERS, recognition });
      const { token } = await verify({ recognition, idempotencyKey });
      now += 2 * MINUTE;
      expect((await verify({ recognition, idempotencyKey })).token).toBe(token);
      await service.redeemProof(token, { purpose: 'login' });
      await expect(verify({ recognition, idempotencyKey })).rejects.toThrow(CodeInvalidError);
    });
  });
});
