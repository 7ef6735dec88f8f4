import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisSmsCodeStorage } from '@app/sms-verification';
import { RedisServer } from '../support/redis-server';
import { Requester, type Held } from './requester';

describe(`${RedisSmsCodeStorage.name}: writes that wait for a replica (R19)`, () => {
  let master: RedisServer;
  let clients: Redis[];
  /** Whether the storage said last that replicas do not answer (`warn`) or that they do again (`log`). */
  let said: ('warn' | 'log')[];

  beforeEach(async () => {
    master = await RedisServer.start('--repl-diskless-sync-delay', '0');
    clients = [];
    said = [];
    for (const level of ['warn', 'log'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation(() => said.push(level));
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const client of clients) client.disconnect();
    await master.dispose();
  });

  function connect(url: string): Redis {
    const client = new Redis(url, { maxRetriesPerRequest: 0, commandTimeout: 500 });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  }

  /** The storage, once its own connection stands: until then it does not wait. */
  async function waiting(client: Redis) {
    const storage = new RedisSmsCodeStorage(client, 'sms:', 'wait');
    const connections = async () => (await client.client('LIST')) as string;
    while (!/(\n.*){2}/.test((await connections()).trimEnd() + '\n')) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return storage;
  }

  async function withReplica(body: (replica: RedisServer) => Promise<void>): Promise<void> {
    const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(master.port));
    try {
      // Until the master takes it for online it acknowledges nothing.
      const client = connect(master.url);
      while (!(await client.info('replication')).includes('state=online')) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      while ((await client.wait(1, 400)) < 1);
      await body(replica);
    } finally {
      await replica.dispose();
    }
  }

  const waits = async (client: Redis): Promise<number> =>
    Number(/cmdstat_wait:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);

  it('lets a code, and a proof, outlive the master that gave them', async () => {
    await withReplica(async (replica) => {
      const client = connect(master.url);
      const requester = Requester.of({ instances: [await waiting(client)], shiftMs: 0 });
      const proof = requester.draw();
      await requester.verify(await requester.issue(), proof);
      let another: Requester;
      let held: Held;
      // Best effort: on a machine that is busy beyond measure the replica may be late, and the storage says so.
      do {
        another = requester.somebodyElse();
        held = await another.issue();
      } while (said.at(-1) === 'warn');
      await master.stop();

      const successor = connect(replica.url);
      await successor.replicaof('NO', 'ONE');
      const storage = new RedisSmsCodeStorage(successor, 'sms:', 'wait');
      await expect(another.via(storage).verify(held)).resolves.toMatchObject({ outcome: 'verified' });
      await expect(requester.via(storage).redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
    });
  });

  it('shares one WAIT among all that one turn of the event loop writes', async () => {
    await withReplica(async () => {
      const client = connect(master.url);
      const requester = Requester.of({ instances: [await waiting(client)], shiftMs: 0 });
      await requester.issue();
      const before = await waits(client);
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, async () => (await requester.somebodyElse().ask()).outcome.outcome),
      );
      expect(outcomes).toEqual(outcomes.map(() => 'issued'));
      const needed = (await waits(client)) - before;
      expect(needed).toBeGreaterThan(0);
      expect(needed).toBeLessThan(20);
    });
  });

  it('does not keep reads waiting, nor fails, where no replica answers', async () => {
    const client = connect(master.url);
    const requester = Requester.of({ instances: [await waiting(client)], shiftMs: 0 });
    const begun = performance.now();
    const issuing = requester.issue().then(() => performance.now() - begun);
    await new Promise(setImmediate);
    await requester.somebodyElse().check();
    expect(performance.now() - begun).toBeLessThan(90);
    const took = await issuing;
    expect(took).toBeGreaterThan(90);
    expect(took).toBeLessThan(500);
    expect(said).toEqual(['warn']);
  });

  it('leaves no connection behind when its client is closed', async () => {
    const client = connect(master.url);
    const observer = connect(master.url);
    await waiting(client);
    client.disconnect();
    await once(client, 'end');
    let open = 9;
    for (let look = 0; look < 100 && open > 1; look += 1) {
      open = ((await observer.client('LIST')) as string).trimEnd().split('\n').length;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(open).toBe(1);
  });
});
