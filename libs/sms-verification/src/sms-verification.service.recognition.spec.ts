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
});
