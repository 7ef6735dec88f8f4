import {
  InProcessSmsCodeStorage,
  RedisSmsCodeStorage,
  type RedisClient,
  type SmsCodeStorage,
} from '@app/sms-verification';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';
import { passTime } from '../support/time-travel';
import { TOPOLOGIES } from '../support/topologies';

/** A storage with nothing in it, whose time the test moves. */
export interface StorageUnderTest {
  /** The same store as several API instances see it, each over a connection of its own where it has any. */
  readonly instances: readonly [SmsCodeStorage, ...SmsCodeStorage[]];
  /** Lets `ms` milliseconds pass for everything stored, without anybody waiting. */
  advance(ms: number): Promise<void>;
  /** How far what is stored was moved into the past so far; nothing where `advance` moves the clock instead. */
  readonly shiftMs: number;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  readonly open: () => Promise<StorageUnderTest>;
}

const INSTANCES = 4;

/** When the clock of an in-process storage starts: any time will do, none depends on the real one. */
export const START = Date.UTC(2030, 0, 1);

/** What the suite holds to one contract. A further backend is one more line here. */
export const BACKENDS: readonly Backend[] = [
  { name: InProcessSmsCodeStorage.name, open: () => Promise.resolve(openInProcess()) },
  ...TOPOLOGIES.map(({ where, connect }) => ({
    name: `${RedisSmsCodeStorage.name}${where}`,
    open: () => openRedis(connect),
  })),
];

/** Runs the tests once for every backend, each test on a storage of its own. */
export function describeEachStorage(
  topic: string,
  tests: (under: Omit<StorageUnderTest, 'close'>) => void,
): void {
  describe.each(BACKENDS)(`$name: ${topic}`, ({ open }) => {
    let opened: StorageUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    tests({
      get instances() {
        return opened.instances;
      },
      get shiftMs() {
        return opened.shiftMs;
      },
      advance: (ms) => opened.advance(ms),
    });
  });
}

export function openInProcess(): StorageUnderTest {
  let now = START;
  return {
    instances: [new InProcessSmsCodeStorage(() => now)],
    advance: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    shiftMs: 0,
    close: () => Promise.resolve(),
  };
}

/** A RedisSmsCodeStorage together with what a test needs to look behind it. */
export interface RedisUnderTest extends StorageUnderTest {
  readonly redis: RedisClient;
  readonly keyPrefix: string;
}

export function openRedis(connect: () => RedisClient = connectSharedRedis): Promise<RedisUnderTest> {
  const keyPrefix = freshPrefix();
  const redis = connect();
  const others = Array.from({ length: INSTANCES - 1 }, connect);
  const [first, ...rest] = [redis, ...others].map((client) => new RedisSmsCodeStorage(client, keyPrefix));
  if (first === undefined) throw new TypeError('there is at least one client');
  let shiftMs = 0;
  return Promise.resolve({
    redis,
    keyPrefix,
    instances: [first, ...rest],
    advance: (ms) => {
      shiftMs += ms;
      return passTime(redis, keyPrefix, ms);
    },
    get shiftMs() {
      return shiftMs;
    },
    close: () => {
      for (const client of [redis, ...others]) if (client.status !== 'end') client.disconnect();
      return Promise.resolve();
    },
  });
}

const SERVER_TIME = `
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Milliseconds since 1970 on the server’s clock. */
export async function serverTime(redis: RedisClient): Promise<number> {
  return (await redis.eval(SERVER_TIME, 0)) as number;
}
