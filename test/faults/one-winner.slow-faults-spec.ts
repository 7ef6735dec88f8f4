import { openRedis, type RedisUnderTest } from '../conformance/storage-under-test';
import { Requester, together } from '../conformance/requester';
import { History } from './history';
import { measured } from './measured';

const ROUNDS = 300;
const CONCURRENT = 400;

describe('verify, raced over several connections', () => {
  let under: RedisUnderTest;

  beforeAll(async () => {
    under = await openRedis();
  });
  afterAll(() => under.close());

  it('has one winner among 400 right guesses, in each of 300 rounds (F1)', async () => {
    const history = new History();
    for (let round = 0; round < ROUNDS; round += 1) {
      const requester = Requester.of(under);
      const held = await requester.issue();
      await together(under, requester, CONCURRENT, (seat) =>
        history.note('verify', held.verificationId, async () => {
          const { outcome } = await seat.verify(held);
          return outcome === 'verified';
        }),
      );
    }
    const { verified, unknown, acceptedTwice } = history.findings;
    const times = `${String(ROUNDS)} rounds × ${String(CONCURRENT)} guesses`;
    measured('F1', `${times}: ${String(verified)} winners, ${String(unknown)} without an answer`);
    expect({ verified, unknown, acceptedTwice }).toEqual({ verified: ROUNDS, unknown: 0, acceptedTwice: [] });
  }, 120_000);
});
