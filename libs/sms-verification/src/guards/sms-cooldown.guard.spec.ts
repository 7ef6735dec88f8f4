import { Catch, Controller, Post, UseGuards, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SmsGateway, type SmsReceipt } from '../gateway/sms.gateway';
import { PhoneNumber } from '../phone/phone-number';
import { StorageUnavailableError } from '../sms-verification.errors';
import { SmsVerificationModule } from '../sms-verification.module';
import { SmsVerificationService } from '../sms-verification.service';
import { InProcessSmsCodeStorage } from '../storage/in-process/in-process.sms-code.storage';
import { SmsCooldownGuard } from './sms-cooldown.guard';

const PHONE = '+14155550100';

class NullGateway extends SmsGateway {
  override send(): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: '' });
  }
}

class FragileStorage extends InProcessSmsCodeStorage {
  broken = false;

  override async checkExistsAndGetTtl(
    ...asked: Parameters<InProcessSmsCodeStorage['checkExistsAndGetTtl']>
  ): ReturnType<InProcessSmsCodeStorage['checkExistsAndGetTtl']> {
    if (this.broken) throw new StorageUnavailableError();
    return super.checkExistsAndGetTtl(...asked);
  }
}

@Controller()
class GuardedController {
  @Post()
  @UseGuards(SmsCooldownGuard)
  send(): string {
    return 'reached';
  }
}

/** Shows what was thrown, as an application's own filter would see it. */
@Catch()
class ShowingFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const shown = error instanceof Error ? error.constructor.name : 'no error';
    void host.switchToHttp().getResponse<{ send(body: string): unknown }>().send(shown);
  }
}

describe(SmsCooldownGuard.name, () => {
  const storage = new FragileStorage();
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const module = SmsVerificationModule.forRoot({
      gateway: new NullGateway(),
      storage,
      codeSecret: 'a secret of codes, of 32 bytes or more',
      phoneKey: 'a key of phones, of 32 bytes or more',
    });
    const testing = await Test.createTestingModule({
      imports: [module],
      controllers: [GuardedController],
    }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ShowingFilter());
    await app.init();
    await app.get(SmsVerificationService).send({ phone: PhoneNumber.parse(PHONE), purpose: 'login' });
  });
  afterEach(() => {
    storage.broken = false;
  });
  afterAll(() => app.close());

  const post = async (body: unknown): Promise<string> => {
    const payload = JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    return (await app.inject({ method: 'POST', url: '/', headers, payload })).body;
  };

  it.each([
    ['in E.164', { phone: PHONE }],
    ['in another spelling', { phone: '+1 (415) 555-0100' }],
    ['in its national form', { phone: '415-555-0100', region: 'US' }],
    ['with a region that is no text, and so none', { phone: PHONE, region: 1 }],
  ])('refuses a send within the cooldown of its phone, written %s (R5)', async (_how, phone) => {
    expect(await post({ ...phone, purpose: 'login' })).toBe('CooldownError');
  });

  it.each([
    ['another phone', { phone: '+14155550101', purpose: 'login' }],
    ['another purpose', { phone: PHONE, purpose: 'register' }],
  ])('lets %s pass', async (_what, body) => {
    expect(await post(body)).toBe('reached');
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['a text', 'phone=+14155550100'],
    ['an array', [PHONE, 'login']],
    ['an empty object', {}],
    ['no purpose', { phone: PHONE }],
    ['no phone', { purpose: 'login' }],
    ['a phone that is a number', { phone: 14155550100, purpose: 'login' }],
    ['a phone that is an array', { phone: [PHONE], purpose: 'login' }],
    ['a phone that is an object', { phone: { e164: PHONE }, purpose: 'login' }],
    ['a purpose that is an object', { phone: PHONE, purpose: { toString: 'login' } }],
    ['a phone that is none', { phone: 'hello', purpose: 'login' }],
    ['a phone that gets no SMS', { phone: '+18005550100', purpose: 'login' }],
    ['a purpose that is not configured', { phone: PHONE, purpose: 'pay' }],
    ['a phone of 10 kB', { phone: '+1'.padEnd(10_000, '4'), purpose: 'login' }],
  ])('leaves %s to the pipe and the handler, which name what is wrong (R5)', async (_what, body) => {
    expect(await post(body)).toBe('reached');
  });

  it('leaves a request without a body to them too', async () => {
    expect((await app.inject({ method: 'POST', url: '/' })).body).toBe('reached');
  });

  it('lets nothing pass when the storage cannot be asked (R17)', async () => {
    storage.broken = true;

    expect(await post({ phone: '+14155550101', purpose: 'login' })).toBe('StorageUnavailableError');
  });
});
