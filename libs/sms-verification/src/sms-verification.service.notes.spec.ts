import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { SmsGateway, type SmsReceipt } from './gateway/sms.gateway';
import { PhoneNumber } from './phone/phone-number';
import { StorageUnavailableError } from './sms-verification.errors';
import { SmsVerificationModule } from './sms-verification.module';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

const HERS = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };

class AcceptingGateway extends SmsGateway {
  override send(): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: 'accepted' });
  }
}

/** Is told of accepted messages, and answers when the test says. */
class SlowStorage extends InProcessSmsCodeStorage {
  asked = 0;
  answer: (error?: Error) => void = () => undefined;

  override async recordSent(
    ...request: Parameters<InProcessSmsCodeStorage['recordSent']>
  ): ReturnType<InProcessSmsCodeStorage['recordSent']> {
    this.asked += 1;
    await new Promise<void>((resolve, reject) => {
      this.answer = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    return super.recordSent(...request);
  }
}

/** Long enough for whatever waits for nothing but promises that are kept. */
const aWhile = (): Promise<unknown> => new Promise(setImmediate);

describe('the note that a gateway took a message', () => {
  let storage: SlowStorage;
  let app: TestingModule;
  let service: SmsVerificationService;

  beforeEach(async () => {
    storage = new SlowStorage();
    const registration = SmsVerificationModule.forRoot({
      gateway: new AcceptingGateway(),
      storage,
      codeSecret: 'a secret of codes, of 32 bytes or more',
      phoneKey: 'a key of phones, of 32 bytes or more',
    });
    app = await Test.createTestingModule({ imports: [registration] }).compile();
    await app.init();
    service = app.get(SmsVerificationService);
  });
  afterEach(() => jest.restoreAllMocks());

  it('is made before the answer, which does not wait for it', async () => {
    await expect(service.send(HERS)).resolves.toMatchObject(HERS);

    expect(storage.asked).toBe(1);
    storage.answer();
  });

  it('is waited for when the request has an idempotency key, which the note settles (R11)', async () => {
    let answered = false;
    const sending = service.send({ ...HERS, idempotencyKey: 'a key' }).then(() => (answered = true));
    await aWhile();
    expect({ asked: storage.asked, answered }).toEqual({ asked: 1, answered: false });

    storage.answer();
    await sending;
  });

  it('is waited for at the end of the application', async () => {
    await service.send(HERS);
    let ended = false;
    const ending = app.close().then(() => (ended = true));
    await aWhile();
    expect(ended).toBe(false);

    storage.answer();
    await ending;
  });

  it('is told of in the log when it cannot be made, and of the message nobody is told that it was not sent', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const { verificationId } = await service.send(HERS);
    storage.answer(new StorageUnavailableError());
    await app.close();

    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^a message was sent, but not recorded: /)]]);
    await expect(service.status({ ...HERS, verificationId })).resolves.toMatchObject({ delivery: 'queued' });
  });
});
