import { ask } from '../support/redis-ask';
import { measured } from './measured';
import type { People } from './people';
import { caughtUp, follow, RedisPair } from './redis-pair';
import { Sides } from './sides';
import type { OpenStorage } from './storage';

const CODES = 100;

/** So many people ask for codes, and every other one enters it. */
async function someCodes(people: People, storage: OpenStorage['storage']): Promise<void> {
  for (let code = 0; code < CODES; code += 1) {
    const person = await people.ask(storage);
    if (person !== undefined && code % 2 === 0) await people.enter(person, storage);
  }
}

describe('a partition: the way between master and replica is cut, and both are written to', () => {
  let pair: RedisPair;

  beforeEach(async () => {
    pair = await RedisPair.start();
  });
  afterEach(() => pair.dispose());

  it('leaves no code to be accepted on both sides, nor after fail-over and fail-back (F4)', async () => {
    const { master: first, replica: second, link } = pair;
    const sides = new Sides();
    await sides.on(first.port, someCodes);
    await caughtUp(first, second);

    link.cut();
    await pair.promote();
    // The old master does not know yet: whoever still reaches it is served there, and others by the new one.
    await sides.on(first.port, async (people, storage) => {
      await someCodes(people, storage);
      await people.allEnter(storage);
    });
    await sides.on(second.port, async (people, storage) => {
      await someCodes(people, storage);
      await people.allEnter(storage);
    });

    // It learns of the new master, takes over what that one has, and is made master again when that one dies.
    link.mend();
    await follow(first, second.port);
    await sides.on(second.port, someCodes);
    await caughtUp(second, first);
    await second.stop();
    await ask(first, 'REPLICAOF', 'NO', 'ONE');
    await sides.on(first.port, async (people, storage) => {
      await people.allEnter(storage);
      await someCodes(people, storage);
    });

    const { fence, none } = sides.findings;
    measured('F4', `cut by a proxy, promoted by hand; ${sides.figures}`);
    expect(fence).toMatchObject({ acceptedTwice: [], acceptedUnasked: [], unknown: 0 });
    expect(none.acceptedTwice.length).toBeGreaterThan(0);
    // Whoever asks after a change of mastership is served.
    expect(fence.verified).toBeGreaterThan(2 * CODES);
  });
});
