import { wrong } from '../conformance/requester';
import { RedisServer } from '../support/redis-server';
import { freshPrefix } from '../support/shared-redis';
import { History } from './history';
import { Link } from './link';
import { measured } from './measured';
import { People } from './people';
import { openStorage, type OpenStorage } from './storage';
import { randomInt } from 'node:crypto';

const HOP_MS = 100;
const LINES = 8;
const PEOPLE_PER_LINE = 15;
/** Loss, in percent of the pieces that pass. */
const LOSS = 5;
/** What TCP takes to notice a lost packet and send it again: its least wait, 200 ms, once or doubled. */
const RESENT_AFTER_MS = [200, 400, 600] as const;

/**
 * TCP never loses bytes: to the two ends a lost packet is one that comes late, and everything behind it too. That is
 * what the link does here, in this process, since nothing at hand drops packets.
 */
describe('a slow link to Redis: 100 ms a hop, one piece in twenty lost', () => {
  let server: RedisServer;
  let losses = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  const stallMs = (): number => {
    if (randomInt(100) >= LOSS) return 0;
    losses += 1;
    return RESENT_AFTER_MS[randomInt(RESENT_AFTER_MS.length)] ?? 0;
  };

  it('has nothing done twice: no code spent, no guess counted (F12)', async () => {
    const prefix = freshPrefix();
    const near = await openStorage(server.port, prefix, 'fence');
    const history = new History();
    const people = new People(history);
    /** Of each wrong guess: what its caller was told, and how many attempts storage has taken. */
    const guesses: { told: string; taken: number }[] = [];
    let falselyRefused = 0;

    const guessWrong = async (
      { requester, held }: People['holders'][number],
      far: OpenStorage,
    ): Promise<void> => {
      const guess = { ...held, code: wrong(held.code) };
      const told = await requester
        .via(far.storage)
        .verify(guess)
        .then(
          ({ outcome }) => outcome,
          () => 'unknown',
        );
      const status = await requester.via(near.storage).status(held);
      const left = status.outcome === 'found' ? status.attemptsRemaining : Number.NaN;
      guesses.push({ told, taken: requester.policy.maxAttempts - left });
    };
    const line = async (): Promise<void> => {
      const link = await Link.to(server.port, { delayMs: HOP_MS, stallMs });
      const far = await openStorage(link.port, prefix, 'fence');
      for (let person = 0; person < PEOPLE_PER_LINE; person += 1) {
        const holder = await people.ask(far.storage);
        if (holder === undefined) continue;
        await guessWrong(holder, far);
        if ((await people.enter(holder, far.storage)) === 'refused') falselyRefused += 1;
      }
      far.close();
      await link.close();
    };
    await Promise.all(Array.from({ length: LINES }, line));
    await people.allEnter(near.storage);
    near.close();

    const { findings } = history;
    const unclear = findings.unknown + guesses.filter(({ told }) => told === 'unknown').length;
    const figures = `${String(findings.acceptedTwice.length)} of ${String(findings.verified)} accepted twice`;
    const counted = guesses.filter(({ taken }) => taken > 1).length;
    const twice = `${String(counted)} of ${String(guesses.length)} guesses counted twice`;
    measured(
      'F12',
      `by a proxy that delays: ${figures}, ${twice}; ${String(losses)} losses, ${String(unclear)} unclear`,
    );
    expect(losses).toBeGreaterThan(0);
    expect(findings.acceptedTwice).toEqual([]);
    expect(guesses.filter(({ told, taken }) => taken !== 1 && !(told === 'unknown' && taken === 0))).toEqual(
      [],
    );
    expect(falselyRefused).toBe(0);
    expect(findings.verified).toBeGreaterThan((LINES * PEOPLE_PER_LINE) / 2);
  });
});
