import { ask } from '../support/redis-ask';
import { RedisServer } from '../support/redis-server';
import { measured } from './measured';
import { Sides } from './sides';

const CODES = 60;

describe('a Redis that is killed and started again', () => {
  let server: RedisServer;
  afterEach(() => server.dispose());

  it.each([
    { from: 'its AOF', settings: ['--appendonly', 'yes'], controlFails: false },
    { from: 'an RDB file of some time ago', settings: [], snapshot: true, controlFails: true },
    { from: 'nothing', settings: [], controlFails: false },
  ])(
    'from $from accepts no code twice, and lets everybody ask again at once (F5)',
    async ({ from, settings, snapshot = false, controlFails }) => {
      server = await RedisServer.start(...settings);
      const sides = new Sides();
      await sides.on(server.port, async (people, storage) => {
        for (let code = 0; code < CODES; code += 1) await people.ask(storage);
      });
      if (snapshot) await ask(server, 'SAVE');
      await sides.on(server.port, async (people, storage) => {
        for (const person of people.holders.slice(CODES / 2)) await people.enter(person, storage);
      });

      await server.stop();
      await server.resume();
      let askedAgain = 0;
      await sides.each(async ({ kind, people, at }) => {
        const open = await at(server.port);
        await people.allEnter(open.storage);
        if (kind === 'fence') {
          for (const { requester, held } of people.holders) {
            const resendOf = held.verificationId;
            const { outcome } = await requester.via(open.storage).ask({ resendOf });
            if (outcome.outcome === 'issued') askedAgain += 1;
          }
        }
        open.close();
      });

      const { fence, none } = sides.findings;
      measured(
        'F5',
        `from ${from}: ${sides.figures}; ${String(askedAgain)} of ${String(CODES)} resent at once`,
      );
      expect(fence).toMatchObject({ acceptedTwice: [], verified: CODES / 2, unknown: 0 });
      expect(askedAgain).toBe(CODES);
      expect(none.acceptedTwice.length > 0).toBe(controlFails);
    },
  );
});
