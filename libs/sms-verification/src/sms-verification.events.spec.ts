import { Logger } from '@nestjs/common';
import { PhoneNumber } from './phone/phone-number';
import { SmsVerificationEvents, type SmsVerificationEvent } from './sms-verification.events';

const EVENT: SmsVerificationEvent = {
  type: 'verified',
  phone: PhoneNumber.parse('+14155550100'),
  purpose: 'login',
  failuresBefore: 2,
};

describe(SmsVerificationEvents.name, () => {
  let events: SmsVerificationEvents;
  let heard: SmsVerificationEvent[];
  let logged: string[];

  beforeEach(() => {
    events = new SmsVerificationEvents();
    heard = [];
    logged = [];
    const keep = (...parts: unknown[]): void => void logged.push(parts.map(String).join(' '));
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  });

  it('hands an event to every listener, in the order of their subscriptions', () => {
    const order: string[] = [];
    events.subscribe(() => void order.push('first'));
    events.subscribe(() => void order.push('second'));
    events.subscribe((event) => void heard.push(event));
    events.emit(EVENT);

    expect(order).toEqual(['first', 'second']);
    expect(heard).toEqual([EVENT]);
  });

  it('ends one subscription and no other', () => {
    const end = events.subscribe(() => {
      throw new Error('called after its subscription had ended');
    });
    events.subscribe((event) => void heard.push(event));
    end();
    end();
    events.emit(EVENT);

    expect(heard).toEqual([EVENT]);
    expect(logged).toEqual([]);
  });

  it('lets a listener end its own subscription while it is called', () => {
    const end = events.subscribe((event) => {
      heard.push(event);
      end();
    });
    events.emit(EVENT);
    events.emit(EVENT);

    expect(heard).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      (): void => {
        throw new Error('the audit log is full');
      },
    ],
    ['rejects', (): Promise<void> => Promise.reject(new Error('the audit log is full'))],
    [
      'throws what is no error',
      (): void => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- other people's listeners do
        throw 'the audit log is full';
      },
    ],
  ])(
    'lets a listener that %s harm nobody, and logs it without the phone [ASVS 16.2.5]',
    async (_how, fail) => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      events.subscribe(fail);
      events.subscribe((event) => void heard.push(event));

      expect(() => {
        events.emit(EVENT);
      }).not.toThrow();
      // Node reports an unhandled rejection after the microtasks of its turn.
      await new Promise(setImmediate);
      process.off('unhandledRejection', note);

      expect(heard).toEqual([EVENT]);
      expect(unhandled).toEqual([]);
      expect(logged).toHaveLength(1);
      expect(logged[0]).toMatch(/a listener failed on "verified".*the audit log is full/s);
      expect(logged[0]).not.toContain('4155550100');
    },
  );

  it('waits for no listener', () => {
    events.subscribe(() => new Promise(() => undefined));
    events.subscribe((event) => void heard.push(event));
    events.emit(EVENT);

    expect(heard).toEqual([EVENT]);
  });
});
