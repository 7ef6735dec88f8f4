import { InProcessMoneyBudget } from './abuse/budget/in-process.money-budget';
import { DestinationInvalidError, MessageRefusedError, OutcomeUnknownError } from './gateway/gateway-errors';
import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { PhoneNumber } from './phone/phone-number';
import {
  CodeInvalidError,
  GatewayUnavailableError,
  StorageUnavailableError,
} from './sms-verification.errors';
import { SmsVerificationEvents, type SmsVerificationEvent } from './sms-verification.events';
import { resolveOptions } from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

const HERS = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };
const TIMEOUT_MS = 100;
const REFUSED = new Error('refused by the carrier');

/** Does with each message what the test says. */
class ObedientGateway extends SmsGateway {
  readonly handed: { message: SmsMessage; signal: AbortSignal }[] = [];
  behaviour: (mayCostAgain?: () => Promise<boolean>) => Promise<SmsReceipt> = accept;

  override send(
    message: SmsMessage,
    signal: AbortSignal,
    mayCostAgain?: () => Promise<boolean>,
  ): Promise<SmsReceipt> {
    this.handed.push({ message, signal });
    return this.behaviour(mayCostAgain);
  }
}

/** Loses its connection when told to. */
class FragileStorage extends InProcessSmsCodeStorage {
  broken: 'issue' | 'cancel' | undefined;

  override async issue(
    ...request: Parameters<InProcessSmsCodeStorage['issue']>
  ): ReturnType<InProcessSmsCodeStorage['issue']> {
    if (this.broken === 'issue') throw new StorageUnavailableError();
    return super.issue(...request);
  }

  override async cancel(...reference: Parameters<InProcessSmsCodeStorage['cancel']>): Promise<boolean> {
    if (this.broken === 'cancel') throw new StorageUnavailableError();
    return super.cancel(...reference);
  }
}

const accept = (): Promise<SmsReceipt> => Promise.resolve({ messageId: 'accepted' });
const refuse = (): Promise<SmsReceipt> => Promise.reject(REFUSED);
const breakDown = (): Promise<SmsReceipt> => {
  throw REFUSED;
};

describe(`${SmsVerificationService.name} and its gateway`, () => {
  let now: number;
  let gateway: ObedientGateway;
  let storage: FragileStorage;
  let service: SmsVerificationService;
  let events: SmsVerificationEvent[];

  beforeEach(() => {
    jest.useFakeTimers();
    now = 1_000_000_000_000;
    gateway = new ObedientGateway();
    storage = new FragileStorage(() => now);
    const options = resolveOptions({
      gateway,
      storage,
      codeSecret: 'a secret of codes, of 32 bytes or more',
      phoneKey: 'a key of phones, of 32 bytes or more',
      // Tested by itself.
      abuse: { mode: 'off' },
      gatewayTimeoutMs: TIMEOUT_MS,
    });
    const hook = new SmsVerificationEvents();
    service = new SmsVerificationService(options, storage, gateway, hook);
    events = [];
    hook.subscribe((event) => void events.push(event));
  });
  afterEach(() => jest.useRealTimers());

  /** Sends, and lets the time pass in which the gateway may answer. */
  async function send(): Promise<unknown> {
    const outcome = service.send(HERS).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    return outcome;
  }

  const verifyHanded = (index: number): Promise<unknown> => {
    const message = gateway.handed[index]?.message;
    return service.verify({
      ...HERS,
      code: message?.code ?? '',
      verificationId: message?.verificationId ?? '',
    });
  };

  describe.each([
    ['rejects', refuse, 'refused by the carrier'],
    ['throws before it returns a promise', breakDown, 'refused by the carrier'],
    ['never answers', () => new Promise<never>(() => undefined), 'the gateway did not answer within 100 ms'],
  ])('that %s', (_how, fail, reason) => {
    it('takes everything back, so that the next send succeeds at once (R6) [ASVS 2.3.3]', async () => {
      gateway.behaviour = fail;
      expect(await send()).toBeInstanceOf(GatewayUnavailableError);
      gateway.behaviour = accept;
      expect(await send()).toMatchObject(HERS);

      await expect(verifyHanded(0)).rejects.toThrow(CodeInvalidError);
      await expect(verifyHanded(1)).resolves.toMatchObject(HERS);
    });

    it('is told of once, with its reason', async () => {
      gateway.behaviour = fail;
      const error = await send();

      expect(error).toMatchObject({ retryAfterMs: 1_000, cause: { message: reason } });
      expect(events).toEqual([
        {
          ...HERS,
          type: 'send_failed',
          verificationId: gateway.handed[0]?.message.verificationId,
          reason,
        },
      ]);
    });
  });

  it('is waited for as long as configured, and told to stop then', async () => {
    gateway.behaviour = () => new Promise(() => undefined);
    let settled = false;
    const outcome = service.send(HERS).catch(() => (settled = true));
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    const signal = gateway.handed[0]?.signal;
    expect({ settled, aborted: signal?.aborted }).toEqual({ settled: false, aborted: false });

    await jest.advanceTimersByTimeAsync(1);
    await outcome;
    expect({ settled, aborted: signal?.aborted }).toEqual({ settled: true, aborted: true });
  });

  it.each([
    ['accepts', accept],
    ['rejects', refuse],
  ])('changes nothing when it %s too late', async (_how, answer) => {
    let answerLate: () => void = () => undefined;
    gateway.behaviour = () =>
      new Promise((resolve) => {
        answerLate = () => {
          resolve(answer());
        };
      });
    expect(await send()).toBeInstanceOf(GatewayUnavailableError);
    answerLate();
    await jest.runAllTimersAsync();

    expect(events.map(({ type }) => type)).toEqual(['send_failed']);
    await expect(verifyHanded(0)).rejects.toThrow(CodeInvalidError);
  });

  it('leaves no timer behind when it answers in time', async () => {
    await service.send(HERS);

    expect(jest.getTimerCount()).toBe(0);
    expect(gateway.handed[0]?.signal.aborted).toBe(false);
  });

  it('takes back its own verification alone, and never a newer one', async () => {
    let refuseLate: () => void = () => undefined;
    gateway.behaviour = () =>
      new Promise((_resolve, reject) => {
        refuseLate = () => {
          reject(REFUSED);
        };
      });
    const first = service.send(HERS).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(0);
    now += 60_000;
    gateway.behaviour = accept;
    await service.send(HERS);
    refuseLate();

    expect(await first).toBeInstanceOf(GatewayUnavailableError);
    await expect(service.assertSendAllowed(HERS)).rejects.toMatchObject({ code: 'cooldown' });
    await expect(verifyHanded(1)).resolves.toMatchObject(HERS);
  });

  it('is not handed a message that could not be remembered (R17)', async () => {
    storage.broken = 'issue';

    expect(await send()).toBeInstanceOf(StorageUnavailableError);
    expect(gateway.handed).toEqual([]);
    expect(events).toEqual([]);
  });

  it('is told of also when the storage fails before anything can be taken back', async () => {
    storage.broken = 'cancel';
    gateway.behaviour = refuse;

    expect(await send()).toBeInstanceOf(StorageUnavailableError);
    expect(events).toEqual([
      expect.objectContaining({ type: 'send_failed', reason: 'refused by the carrier' }),
    ]);
  });

  describe('where a message costs 1 USD, of 2 USD a day (R20)', () => {
    const PRICE = 1_000_000;
    let budget: InProcessMoneyBudget;
    const spent = async (): Promise<number> => (await budget.state('US')).overallMicros / PRICE;

    beforeEach(() => {
      budget = new InProcessMoneyBudget(() => now);
      const options = resolveOptions({
        gateway,
        storage,
        codeSecret: 'a secret of codes, of 32 bytes or more',
        phoneKey: 'a key of phones, of 32 bytes or more',
        abuse: {
          mode: 'off',
          budget,
          prices: { byCountry: new Map(), defaultMicros: PRICE },
          budgets: { overallMicros: 2 * PRICE },
        },
        gatewayTimeoutMs: TIMEOUT_MS,
      });
      service = new SmsVerificationService(options, storage, gateway, new SmsVerificationEvents());
    });

    it.each([
      ['answers too late', () => new Promise<never>(() => undefined)],
      ['loses the answer', () => Promise.reject(new OutcomeUnknownError('reset'))],
      ['throws what it should not', refuse],
    ])('is handed no third message when it takes each and %s', async (_how, behaviour) => {
      gateway.behaviour = behaviour;
      const errors: unknown[] = [];
      for (let round = 0; round < 5; round += 1) errors.push(await send());

      expect(gateway.handed).toHaveLength(2);
      // The phone's own limits were given back each time; it is the money that is gone.
      const [, , ...later] = errors;
      for (const error of later) expect(error).toMatchObject({ code: 'sending_paused' });
      expect(await spent()).toBe(2);
    });

    it.each([
      ['refuses the message', new MessageRefusedError('no')],
      ['calls the number invalid', new DestinationInvalidError('no such number')],
    ])('gives the money back when it %s', async (_how, failure) => {
      gateway.behaviour = () => Promise.reject(failure);
      for (let round = 0; round < 5; round += 1) await send();

      expect(gateway.handed).toHaveLength(5);
      expect(await spent()).toBe(0);
    });

    it('may ask for the price of a second message of one send, and is told when there is no money', async () => {
      const told: unknown[] = [];
      gateway.behaviour = async (mayCostAgain) => {
        told.push(await mayCostAgain?.());
        return { messageId: 'accepted' };
      };
      await send();
      expect(await spent()).toBe(2);
      now += 60_000;
      expect(await send()).toMatchObject({ code: 'sending_paused' });
      now += 86_400_000;
      gateway.behaviour = async (mayCostAgain) => {
        for (let more = 0; more < 3; more += 1) told.push(await mayCostAgain?.());
        return { messageId: 'accepted' };
      };
      await send();
      expect(told).toEqual([true, true, false, false]);
      expect(await spent()).toBe(2);
    });

    it('gets back only the last price when a number turns out invalid after an unknown outcome', async () => {
      gateway.behaviour = async (mayCostAgain) => {
        await mayCostAgain?.();
        throw new DestinationInvalidError('no such number');
      };
      await send();
      expect(await spent()).toBe(1);
    });
  });
});
