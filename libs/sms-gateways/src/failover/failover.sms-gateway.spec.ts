import {
  DestinationInvalidError,
  MessageRefusedError,
  OutcomeUnknownError,
  PhoneNumber,
  SmsGateway,
  type SmsMessage,
  type SmsReceipt,
} from '@app/sms-verification';
import { FailoverSmsGateway, type FailoverOptions } from './failover.sms-gateway';

class OneGateway extends SmsGateway {
  readonly codes: string[] = [];

  constructor(public behaviour: (signal: AbortSignal) => Promise<SmsReceipt>) {
    super();
  }

  override send({ code }: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    this.codes.push(code);
    return this.behaviour(signal);
  }
}

const accepts = (): Promise<SmsReceipt> => Promise.resolve({ messageId: '1' });
const refuses = (): Promise<SmsReceipt> => Promise.reject(new MessageRefusedError('no'));
const losesTheAnswer = (): Promise<SmsReceipt> => Promise.reject(new OutcomeUnknownError('reset'));
const hangs = (): Promise<SmsReceipt> => new Promise(() => undefined);

const message = (more: Partial<SmsMessage> = {}): SmsMessage => ({
  phone: PhoneNumber.parse('+14155550100'),
  purpose: 'login',
  verificationId: 'A'.repeat(22),
  code: '123456',
  text: '123456 is your code',
  ...more,
});

function failover(
  behaviours: Record<string, (signal: AbortSignal) => Promise<SmsReceipt>>,
  more: Partial<FailoverOptions> = {},
): { failover: FailoverSmsGateway; of: (name: string) => OneGateway } {
  const gateways = Object.entries(behaviours).map(([name, behaviour]) => ({
    name,
    gateway: new OneGateway(behaviour),
  }));
  const protection = { timeoutMs: 50, failuresToRest: 3, restMs: 60_000, concurrency: 2 };
  const of = (name: string): OneGateway => {
    const found = gateways.find((named) => named.name === name);
    if (found === undefined) throw new Error(name);
    return found.gateway;
  };
  const order = gateways.map(({ name }) => name);
  return { failover: new FailoverSmsGateway({ gateways, order, ...protection, ...more }), of };
}

const patience = (): AbortSignal => new AbortController().signal;

describe(FailoverSmsGateway.name, () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(Object.entries({ refuses, losesTheAnswer, hangs }))(
    'takes the same code to the next gateway when the first one %s',
    async (_name, first) => {
      const { failover: gateway, of } = failover({ first, second: accepts });
      await expect(gateway.send(message(), patience())).resolves.toEqual({
        messageId: '1',
        gateway: 'second',
      });
      expect(of('first').codes).toEqual(['123456']);
      expect(of('second').codes).toEqual(['123456']);
    },
  );

  it.each(Object.entries({ losesTheAnswer, hangs }))(
    'asks for the price of another message before the next gateway gets it when one %s',
    async (_name, first) => {
      const { failover: gateway, of } = failover({ first, second: refuses, third: accepts });
      const mayCostAgain = jest.fn(() => Promise.resolve(true));
      await gateway.send(message(), patience(), mayCostAgain);
      // What the second one refused costs nothing: the third one's message is the one that was paid for.
      expect(mayCostAgain).toHaveBeenCalledTimes(1);

      mayCostAgain.mockResolvedValue(false);
      const broke = gateway.send(message(), patience(), mayCostAgain);
      await expect(broke).rejects.toBeInstanceOf(OutcomeUnknownError);
      expect(of('second').codes).toHaveLength(1);
    },
  );

  it('asks for no money after a refusal', async () => {
    const { failover: gateway } = failover({ first: refuses, second: accepts });
    const mayCostAgain = jest.fn(() => Promise.resolve(false));
    await expect(gateway.send(message(), patience(), mayCostAgain)).resolves.toMatchObject({
      gateway: 'second',
    });
    expect(mayCostAgain).not.toHaveBeenCalled();
  });

  it('hands nothing over when the service stopped waiting while the money was asked for', async () => {
    const { failover: gateway, of } = failover({ first: losesTheAnswer, second: accepts });
    const patienceOver = new AbortController();
    const sending = gateway.send(message(), patienceOver.signal, () => {
      patienceOver.abort();
      return Promise.resolve(true);
    });
    await expect(sending).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(of('second').codes).toEqual([]);
  });

  it('asks no further when a gateway calls the number invalid', async () => {
    const { failover: gateway, of } = failover({
      first: () => Promise.reject(new DestinationInvalidError('no such number')),
      second: accepts,
    });
    await expect(gateway.send(message(), patience())).rejects.toBeInstanceOf(DestinationInvalidError);
    expect(of('second').codes).toEqual([]);
  });

  it('says refused when all refused, and unknown when of one it is not known', async () => {
    const { failover: refused } = failover({ first: refuses, second: refuses });
    await expect(refused.send(message(), patience())).rejects.toBeInstanceOf(MessageRefusedError);
    const { failover: unknown } = failover({ first: losesTheAnswer, second: refuses });
    await expect(unknown.send(message(), patience())).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('follows the order of the country, and the common one elsewhere', async () => {
    const orderByCountry = new Map([['FR', ['second']]]);
    const { failover: gateway } = failover({ first: accepts, second: accepts }, { orderByCountry });
    const toFrance = message({ phone: PhoneNumber.parse('+33612345678') });
    await expect(gateway.send(toFrance, patience())).resolves.toMatchObject({ gateway: 'second' });
    await expect(gateway.send(message(), patience())).resolves.toMatchObject({ gateway: 'first' });
  });

  it('tries last the gateway whose message was not delivered', async () => {
    const { failover: gateway } = failover({ first: accepts, second: accepts });
    const again = gateway.send(message({ failedGateway: 'first' }), patience());
    await expect(again).resolves.toMatchObject({ gateway: 'second' });
  });

  it('leaves a gateway alone after repeated failures, and tries it again after its rest', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const { failover: gateway, of } = failover({ first: refuses, second: accepts });
    for (let time = 0; time < 5; time += 1) await gateway.send(message(), patience());
    expect(of('first').codes).toHaveLength(3);
    expect(gateway.states().get('first')).toBe('resting');
    now.mockReturnValue(1_000_000 + 59_999);
    expect(gateway.states().get('first')).toBe('resting');

    // It would be asked now, though nobody has: else who waits for that before sending would wait for ever.
    now.mockReturnValue(1_000_000 + 60_000);
    expect(gateway.states().get('first')).toBe('open for messages');
    of('first').behaviour = accepts;
    await expect(gateway.send(message(), patience())).resolves.toMatchObject({ gateway: 'first' });
    expect(gateway.states().get('first')).toBe('open for messages');
  });

  it('rests anew when the message that tried it failed', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const { failover: gateway } = failover({ first: refuses, second: accepts });
    for (let time = 0; time < 3; time += 1) await gateway.send(message(), patience());
    now.mockReturnValue(1_000_000 + 60_000);
    await gateway.send(message(), patience());
    expect(gateway.states().get('first')).toBe('resting');
  });

  it('tells of every attempt how it went, and of none that was not made', async () => {
    const { failover: gateway } = failover({ first: refuses, second: losesTheAnswer, third: accepts });
    const told: string[] = [];
    const end = gateway.onAttempts(({ gateway: name, outcome, durationMs }) => {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      told.push(`${name} ${outcome}`);
    });
    await gateway.send(message(), patience());
    expect(told).toEqual(['first refused', 'second unknown', 'third accepted']);

    for (let time = 0; time < 3; time += 1) await gateway.send(message(), patience());
    expect(told.slice(-3)).toEqual(['first skipped', 'second skipped', 'third accepted']);
    end();
    await gateway.send(message(), patience());
    expect(told).toHaveLength(12);
  });

  it('lets nobody wait for the one message that tries a rested gateway', async () => {
    const { failover: gateway, of } = failover({ first: refuses, second: accepts }, { timeoutMs: 60_000 });
    for (let time = 0; time < 3; time += 1) await gateway.send(message(), patience());
    const patienceOver = new AbortController();
    const tried = new Promise<void>((resolve) => {
      of('first').behaviour = () => {
        resolve();
        return hangs();
      };
    });
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    const sends = [1, 2, 3].map(() => gateway.send(message(), patienceOver.signal));
    await tried;
    const others = sends.slice(1).map(async (sending) => (await sending).gateway);
    expect(await Promise.all(others)).toEqual(['second', 'second']);
    expect(of('first').codes).toHaveLength(4);
    expect(gateway.states().get('first')).toBe('resting');
    patienceOver.abort();
    await expect(sends[0]).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('hands a busy gateway no more than its share', async () => {
    const { failover: gateway, of } = failover({ first: hangs, second: accepts }, { timeoutMs: 60_000 });
    const patienceOver = new AbortController();
    const stuck = [1, 2].map(() => gateway.send(message(), patienceOver.signal));
    for (let time = 0; time < 5; time += 1) {
      await expect(gateway.send(message(), patience())).resolves.toMatchObject({ gateway: 'second' });
    }
    expect(of('first').codes).toHaveLength(2);
    patienceOver.abort();
    await Promise.allSettled(stuck);
  });

  it('stops when the service waits no longer', async () => {
    const { failover: gateway, of } = failover({ first: hangs, second: accepts }, { timeoutMs: 10_000 });
    const patienceOver = new AbortController();
    const sending = gateway.send(message(), patienceOver.signal);
    patienceOver.abort();
    await expect(sending).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(of('second').codes).toEqual([]);
  });

  it('refuses an order with a gateway that does not exist', () => {
    expect(() => failover({ first: accepts }, { order: ['first', 'other'] })).toThrow('"other"');
  });
});
