import { tokenOf, type ApiClient } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { freshPrefix, sharedRedisUrl } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { startProcess, type ApiProcess } from '../support/start-process';

const CONCURRENT = 50;

/** One round: verify with the right code from all sides at once, then redeem the proof from all sides at once. */
async function race(
  sender: ApiClient,
  clients: readonly ApiClient[],
): Promise<{ verified: number; redeemed: number }> {
  const phone = freshPhone();
  const { verificationId } = await sender.send(phone);
  const code = await sender.newestCode(phone);
  const client = (index: number): ApiClient => clients[index % clients.length] ?? sender;

  const verifications = await Promise.all(
    Array.from({ length: CONCURRENT }, (_, index) => client(index).verify(phone, code, verificationId)),
  );
  const winners = verifications.filter(({ status }) => status === 200);
  for (const loser of verifications.filter(({ status }) => status !== 200)) {
    expect(loser).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
  }
  const [winner] = winners;
  if (winner === undefined) return { verified: 0, redeemed: 0 };

  const redemptions = await Promise.all(
    Array.from({ length: CONCURRENT }, (_, index) => client(index).redeem(tokenOf(winner))),
  );
  return { verified: winners.length, redeemed: redemptions.filter(({ status }) => status === 200).length };
}

/** The races of verify and redeem, so many rounds of each. */
export function raceVerify(rounds: number): void {
  describe('verify, raced over HTTP', () => {
    describe('by two processes on one Redis', () => {
      let processes: ApiProcess[];

      beforeAll(async () => {
        const environment = { REDIS_URL: sharedRedisUrl(), REDIS_KEY_PREFIX: freshPrefix() };
        processes = await Promise.all([startProcess(environment), startProcess(environment)]);
      });
      afterAll(() => Promise.all(processes.map((process) => process.stop())));

      it(`spends each code once and each proof once in ${String(rounds)} rounds [ASVS 6.5.1] [NIST 3.1.3.2] [NIST 63A 3.8]`, async () => {
        const clients = processes.map(({ client }) => client);
        const [sender] = clients;
        if (sender === undefined) throw new Error('no process was started');
        for (let round = 0; round < rounds; round += 1) {
          expect(await race(sender, clients)).toEqual({ verified: 1, redeemed: 1 });
        }
      });
    });

    describe('in one process with its own store', () => {
      let api: TestApp;

      beforeAll(async () => {
        api = await startApp({ store: 'in-process' });
      });
      afterAll(() => api.close());

      it(`spends each code once and each proof once in ${String(rounds)} rounds`, async () => {
        for (let round = 0; round < rounds; round += 1) {
          expect(await race(api.client, [api.client])).toEqual({ verified: 1, redeemed: 1 });
        }
      });
    });
  });
}
