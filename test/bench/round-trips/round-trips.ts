import { Redis } from 'ioredis';
import { RedisMoneyBudget } from '../../../libs/sms-verification/src/abuse/budget/redis.money-budget';
import { RedisPrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/redis.prefix-guard';
import { SmsGateway, type SmsMessage } from '../../../libs/sms-verification/src/gateway/sms.gateway';
import { PhoneNumber } from '../../../libs/sms-verification/src/phone/phone-number';
import { SmsVerificationEvents } from '../../../libs/sms-verification/src/sms-verification.events';
import { resolveOptions } from '../../../libs/sms-verification/src/sms-verification.options';
import { SmsVerificationService } from '../../../libs/sms-verification/src/sms-verification.service';
import { freshPhone } from '../../support/phones';
import { RedisServer } from '../../support/redis-server';
import { VARIANTS } from '../baselines/ours';
import type { Part, Row } from '../runner/part';
import { table } from '../runner/tables';
import { watchScripts, type Ran } from './watch-scripts';

/** How often one operation of the library waits for Redis, and for which scripts. */
export const roundTrips: Part = {
  name: 'round-trips',
  title: 'Redis round trips of each operation',
  async run() {
    const server = await RedisServer.start('--appendonly', 'no');
    const redis = new Redis(server.url);
    try {
      const operations = await measure(redis);
      return { rows: operations.map(rowOf), details: details(operations) };
    } finally {
      redis.disconnect();
      await server.dispose();
    }
  },
};

interface Operation {
  readonly name: string;
  /** Missing where nothing was asked. */
  readonly budget: number | undefined;
  readonly ran: readonly Ran[];
}

async function measure(redis: Redis): Promise<Operation[]> {
  const gateway = new OneMessageGateway();
  const service = serviceOn(redis, gateway);
  const watched = await watchScripts(redis);
  const subject = { phone: PhoneNumber.parse(freshPhone()), purpose: 'login' };
  const operations: Operation[] = [];
  let round = 0;
  const watch = async <Result>(
    name: string,
    budget: number | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const { result, ran } = await watched.during(work);
    operations.push({ name, budget, ran });
    return result;
  };
  const roundOfAll = async (): Promise<void> => {
    operations.length = 0;
    await service.reset(subject);
    await watch("the cooldown guard's early look", 1, () => service.assertSendAllowed(subject));
    const { verificationId } = await watch('send', 1, () => service.send(subject));
    const guess = { ...subject, verificationId, code: gateway.code };
    const wrong = { ...guess, code: gateway.code === '000000' ? '000001' : '000000' };
    await watch('verify, wrong code', 1, () => service.verify(wrong).catch(() => undefined));
    const proof = await watch('verify, right code', 1, () => service.verify(guess));
    await watch('redeem', 1, () => service.redeemProof(proof.token, subject));
    await service.reset(subject);
    round += 1;
    const idempotencyKey = `key ${String(round)}`;
    await watch('send with an `Idempotency-Key`', undefined, () =>
      service.send({ ...subject, idempotencyKey }),
    );
    gateway.refuses = true;
    await service.reset(subject);
    await watch('send that the gateway refuses: reserve and release', 2, () =>
      service.send(subject).catch(() => undefined),
    );
    gateway.refuses = false;
  };
  // The first time each script is sent in full, which is another round trip, once in a server's life.
  await roundOfAll();
  await roundOfAll();
  watched.end();
  return operations;
}

function serviceOn(redis: Redis, gateway: SmsGateway): SmsVerificationService {
  const storage = VARIANTS[0]?.open(redis);
  const options = resolveOptions({
    gateway,
    storage,
    codeSecret: 'c'.repeat(32),
    phoneKey: 'f'.repeat(32),
    abuse: {
      guard: new RedisPrefixGuard(redis),
      budget: new RedisMoneyBudget(redis),
      prices: { byCountry: new Map(), defaultMicros: 10_000 },
    },
  });
  return new SmsVerificationService(options, options.storage, gateway, new SmsVerificationEvents());
}

class OneMessageGateway extends SmsGateway {
  code = '';
  refuses = false;

  override send({ code }: SmsMessage) {
    this.code = code;
    return this.refuses ? Promise.reject(new Error('refused')) : Promise.resolve({ messageId: code });
  }
}

/** The defence against bought traffic keeps its counts elsewhere: its scripts are listed apart. */
const isStorage = ({ script }: Ran): boolean => !/^guard-|-budget$/.test(script);

function rowOf({ name, budget, ran }: Operation): Row {
  return {
    what: `Redis round trips of the library: ${name}`,
    measured: waits(ran.filter(isStorage)),
    unit: '',
    better: 'less',
    ...(budget === undefined ? {} : { budget }),
  };
}

/** Scripts that were started before any of them was answered travel together: one wait for all. */
function waits(ran: readonly Ran[]): number {
  return new Set(ran.filter(({ waitedFor }) => waitedFor).map(({ answersBefore }) => answersBefore)).size;
}

function details(operations: readonly Operation[]): string {
  const cells = operations.map(({ name, ran }) => [
    name,
    String(waits(ran.filter(isStorage))),
    ran
      .filter(isStorage)
      .map(({ script }) => script)
      .join(', '),
    ran
      .filter((one) => !isStorage(one))
      .map(({ script }) => script)
      .join(', '),
  ]);
  const shown = table(
    ['operation', 'waits', 'scripts of the storage', 'scripts of the abuse defence'],
    cells,
  );
  return `${shown}\n\nCounted at the client and checked against the server's own count of calls. Scripts that are sent together are one wait. \`send\` waits once, before the message goes out. The two scripts that note the accepted message by the gateway's name for it, so that a report finds it, are sent before the answer and not waited for; at the end of the application they are. With an \`Idempotency-Key\` the answer waits for them too: they settle the key, and a repeat that follows the answer at once, at another process, would be told that the first request is still running. Another script binds the key to its request before all else.`;
}
