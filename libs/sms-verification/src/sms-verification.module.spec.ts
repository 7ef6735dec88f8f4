import { Injectable, Module, type DynamicModule, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { SmsCooldownGuard } from './guards/sms-cooldown.guard';
import { VerifiedPhoneGuard } from './guards/verified-phone.guard';
import { VerificationTexts } from './message/verification-texts';
import { PhoneNumber } from './phone/phone-number';
import { SmsVerificationEvents } from './sms-verification.events';
import { SmsVerificationModule } from './sms-verification.module';
import { RESOLVED_OPTIONS } from './sms-verification.module-definition';
import {
  SmsVerificationOptionsError,
  type ResolvedSmsVerificationOptions,
  type SmsVerificationOptions,
} from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';
import { SmsCodeStorage } from './storage/sms-code.storage';

class KeepingGateway extends SmsGateway {
  readonly messages: SmsMessage[] = [];

  override send(message: SmsMessage): Promise<SmsReceipt> {
    this.messages.push(message);
    return Promise.resolve({ messageId: 'kept' });
  }
}

/** What another part of an application injects, each by its class alone. */
@Injectable()
class Consumer {
  constructor(
    readonly service: SmsVerificationService,
    readonly events: SmsVerificationEvents,
    readonly storage: SmsCodeStorage,
    readonly cooldownGuard: SmsCooldownGuard,
    readonly verifiedPhoneGuard: VerifiedPhoneGuard,
  ) {}
}

/** A module of the application that imports nothing itself. */
@Module({ providers: [Consumer] })
class FarAwayModule {}

@Module({})
class SecretsModule {
  static readonly CODE_SECRET = 'a secret of codes, of 32 bytes or more';

  static withSecret(): DynamicModule {
    const secret = { provide: 'CODE_SECRET', useValue: SecretsModule.CODE_SECRET };
    return { module: SecretsModule, providers: [secret], exports: [secret] };
  }
}

const OPTIONS: SmsVerificationOptions = {
  gateway: new KeepingGateway(),
  storage: new InProcessSmsCodeStorage(),
  codeSecret: SecretsModule.CODE_SECRET,
  phoneKey: 'a key of phones, of 32 bytes or more',
  lifetimeMs: 120_000,
  purposes: { login: { maxAttempts: 3 }, register: {} },
};

function start(...imports: (DynamicModule | Type)[]): Promise<TestingModule> {
  return Test.createTestingModule({ imports, providers: [] }).compile();
}

const forRootAsync = (extras: { isGlobal?: boolean } = {}): DynamicModule =>
  SmsVerificationModule.forRootAsync({
    ...extras,
    imports: [SecretsModule.withSecret()],
    inject: ['CODE_SECRET'],
    useFactory: (codeSecret: string) => Promise.resolve({ ...OPTIONS, codeSecret }),
  });

describe(SmsVerificationModule.name, () => {
  it('resolves the same options from forRoot and from forRootAsync', async () => {
    const direct = await start(SmsVerificationModule.forRoot(OPTIONS));
    const later = await start(forRootAsync());

    // The texts are compiled functions, which equal nothing but themselves.
    const texts = expect.any(VerificationTexts) as unknown;
    const expected = { ...direct.get<ResolvedSmsVerificationOptions>(RESOLVED_OPTIONS), texts };
    expect(later.get<unknown>(RESOLVED_OPTIONS)).toEqual(expected);
    const price = (module: TestingModule) => module.get(SmsVerificationService).messagePrice();
    expect(price(later)).toBe(price(direct));
  });

  it.each([
    ['forRoot', SmsVerificationModule.forRoot({ ...OPTIONS, isGlobal: true })],
    ['forRootAsync', forRootAsync({ isGlobal: true })],
  ])('offers its exports to every module when %s says isGlobal', async (_how, registration) => {
    const consumer = (await start(registration, FarAwayModule)).get(Consumer);

    expect(consumer.service).toBeInstanceOf(SmsVerificationService);
    expect(consumer.events).toBeInstanceOf(SmsVerificationEvents);
    expect(consumer.storage).toBe(OPTIONS.storage);
    expect(consumer.cooldownGuard).toBeInstanceOf(SmsCooldownGuard);
    expect(consumer.verifiedPhoneGuard).toBeInstanceOf(VerifiedPhoneGuard);
  });

  it.each([
    ['forRoot', SmsVerificationModule.forRoot(OPTIONS)],
    ['forRootAsync', forRootAsync()],
  ])(
    'keeps its exports to the modules that import it otherwise, registered by %s',
    async (_how, registration) => {
      await expect(start(registration, FarAwayModule)).rejects.toThrow(
        /resolve dependencies of the Consumer/,
      );
    },
  );

  it('offers its exports to a module that imports it', async () => {
    @Module({ imports: [SmsVerificationModule.forRoot(OPTIONS)], providers: [Consumer] })
    class NearModule {}

    expect((await start(NearModule)).get(Consumer).service).toBeInstanceOf(SmsVerificationService);
  });

  it('sends through the gateway and remembers in the storage that it was given', async () => {
    const gateway = new KeepingGateway();
    const storage = new InProcessSmsCodeStorage();
    const testing = await start(SmsVerificationModule.forRoot({ ...OPTIONS, gateway, storage }));
    const phone = PhoneNumber.parse('+14155550100');
    await testing.get(SmsVerificationService).send({ phone, purpose: 'login' });

    expect(gateway.messages).toHaveLength(1);
    // Another instance over the same storage knows of the send.
    const other = await start(SmsVerificationModule.forRoot({ ...OPTIONS, storage }));
    await expect(other.get(SmsVerificationService).send({ phone, purpose: 'login' })).rejects.toThrow(
      /moment ago/,
    );
  });

  it('remembers in a memory of its own when it is given no storage', async () => {
    const alone = { ...OPTIONS, storage: undefined };
    const storages = await Promise.all(
      [1, 2].map(async () => (await start(SmsVerificationModule.forRoot(alone))).get(SmsCodeStorage)),
    );

    for (const storage of storages) expect(storage).toBeInstanceOf(InProcessSmsCodeStorage);
    expect(storages[0]).not.toBe(storages[1]);
  });

  it.each([
    ['forRoot', () => SmsVerificationModule.forRoot({ ...OPTIONS, codeLength: 4 })],
    [
      'forRootAsync',
      () => SmsVerificationModule.forRootAsync({ useFactory: () => ({ ...OPTIONS, codeLength: 4 }) }),
    ],
  ])('does not start on options out of bounds given to %s [ASVS 6.5.4]', async (_how, register) => {
    await expect(start(register())).rejects.toThrow(SmsVerificationOptionsError);
  });
});
