import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../bench/abuse/traffic/random';
import type { Held, Person } from './person';

/** What a person needs to know of the world. */
export interface Surroundings {
  readonly random: Random;
  readonly maxAttempts: number;
  readonly cooldownMs: number;
  /** Resolves when the next fault begins to strike; who then waits for `nextFault` waits for the one after it. */
  readonly nextStrike: () => Promise<void>;
  /** Resolves when the next fault has struck and healed. */
  readonly nextFault: () => Promise<void>;
}

/** What a person does from the first request to the last. */
export interface Habit {
  readonly name: string;
  /** How many of a hundred have it. */
  readonly share: number;
  /** Whether it waits for a fault, so that nobody else should wait for it. */
  readonly long?: boolean;
  readonly live: (person: Person, held: Held, surroundings: Surroundings) => Promise<void>;
}

const REPEATS = 3;
/** While a replica is left behind (test/soak/faults.ts), if that is the fault. */
const IN_THE_MIDST_MS = [100, 700] as const;

/** The people of the load. Each has been sent a code; what is done twice must fail, or bring the same, the second time. */
export const HABITS: readonly Habit[] = [
  {
    name: 'guesses right, redeems, and tries both again',
    share: 10,
    live: async (person, held, { random }) => {
      const token = await person.enter(held, random.chance(0.5) ? { keyed: 1 } : {});
      if (token !== undefined) {
        await person.redeem(token);
        await person.redeem(token);
      }
      await person.enter(held);
    },
  },
  {
    name: 'guesses right, and tries again after a fault',
    share: 10,
    long: true,
    live: async (person, held, { nextFault }) => {
      const token = await person.enter(held);
      if (token !== undefined) await person.redeem(token);
      await nextFault();
      await person.enter(held);
      if (token !== undefined) await person.redeem(token);
    },
  },
  {
    // Who is sent a code and spends it both before, or both within a fault, cannot show that a replica knew of the
    // one alone: the two are a moment apart.
    name: 'guesses right in the midst of a fault, and tries again after it',
    share: 20,
    long: true,
    live: async (person, held, { random, nextStrike, nextFault }) => {
      await nextStrike();
      await sleep(random.between(...IN_THE_MIDST_MS));
      const token = await person.enter(held);
      if (token !== undefined) await person.redeem(token);
      await nextFault();
      await person.enter(held);
      if (token !== undefined) await person.redeem(token);
    },
  },
  {
    name: 'lets a fault pass before guessing right',
    share: 10,
    long: true,
    live: async (person, held, { nextFault }) => {
      await nextFault();
      const token = await person.enter(held, { keyed: 1 });
      if (token === undefined) return;
      await person.redeem(token);
      await person.redeem(token);
    },
  },
  {
    name: 'guesses wrong, then right',
    share: 15,
    live: async (person, held, { random, maxAttempts }) => {
      for (let left = random.integer(1, maxAttempts); left > 0; left -= 1) await person.mistype(held);
      const token = await person.enter(held, { keyed: 1 });
      if (token !== undefined) await person.redeem(token);
    },
  },
  {
    name: 'guesses wrong too often, all at once, then right',
    share: 8,
    live: async (person, held, { maxAttempts }) => {
      await Promise.all(Array.from({ length: maxAttempts + 3 }, () => person.mistype(held)));
      await person.enter(held);
    },
  },
  {
    name: 'guesses right several times at once, and redeems so',
    share: 12,
    live: async (person, held) => {
      const tokens = await Promise.all(Array.from({ length: 4 }, () => person.enter(held)));
      const token = tokens.find((given) => given !== undefined);
      if (token !== undefined) await Promise.all(Array.from({ length: 4 }, () => person.redeem(token)));
    },
  },
  {
    name: 'has the code sent again',
    share: 5,
    live: async (person, held, { cooldownMs }) => {
      await sleep(cooldownMs + 50);
      const again = await person.send({ keyed: 1 }, held);
      const token = await person.enter(again ?? held);
      if (token !== undefined) await person.redeem(token);
    },
  },
  {
    name: 'repeats each request with its key',
    share: 7,
    live: async (person, held) => {
      await person.mistype(held, { keyed: REPEATS });
      const token = await person.enter(held, { keyed: REPEATS });
      if (token !== undefined) await person.redeem(token);
    },
  },
  { name: 'never comes back', share: 3, live: () => Promise.resolve() },
];

/** One of the habits, by their shares. */
export function pickHabit(random: Random): Habit {
  let left = random.between(
    0,
    HABITS.reduce((total, { share }) => total + share, 0),
  );
  for (const habit of HABITS) {
    left -= habit.share;
    if (left < 0) return habit;
  }
  throw new RangeError('there is no habit');
}
