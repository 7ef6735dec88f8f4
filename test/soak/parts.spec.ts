import { Random } from '../bench/abuse/traffic/random';
import { Deck } from './deck';
import { growthOf } from './growth';
import { readOptions } from './options';
import { suspiciousLines } from './suspicious-lines';
import { verdicts, type Evidence } from './verdicts';

const over = (count: number, valueAt: (index: number) => number): { at: number; value: number }[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * 1_000, value: valueAt(index) }));

describe(growthOf, () => {
  it('tells how much a value grew after the warm-up', () => {
    expect(growthOf(over(31, (index) => 5 * index))).toEqual({ grown: 100, samples: 21 });
  });

  it('takes neither the warm-up nor a single high sample for growth', () => {
    expect(growthOf(over(30, (index) => (index < 9 ? index : 9)))?.grown).toBe(0);
    expect(growthOf(over(30, (index) => (index === 29 ? 1_000 : 7)))?.grown).toBe(0);
  });

  it('says nothing of too few samples', () => {
    expect(growthOf(over(4, () => 1))).toBeUndefined();
  });
});

describe(Deck, () => {
  it('draws everything once before anything twice, the same for the same seed', () => {
    const drawn = (): number[] => {
      const deck = new Deck([1, 2, 3, 4], new Random('seed'));
      return Array.from({ length: 8 }, () => deck.next());
    };
    expect(drawn()).toEqual(drawn());
    expect(drawn().slice(0, 4).sort()).toEqual([1, 2, 3, 4]);
    expect(drawn().slice(4).sort()).toEqual([1, 2, 3, 4]);
  });
});

describe(readOptions, () => {
  it('reads minutes and seed, and draws a seed where none is given', () => {
    expect(readOptions(['--minutes', '30', '--seed', 'x'], 'drawn')).toEqual({ minutes: 30, seed: 'x' });
    expect(readOptions([], 'drawn')).toEqual({ minutes: 3, seed: 'drawn' });
  });

  it.each([['--minutes', '0'], ['--minutes'], ['--hours', '1'], ['--sabotage', 'no-such']])(
    'refuses %s %s',
    (...words) => {
      expect(() => readOptions(words, 'drawn')).toThrow(RangeError);
    },
  );
});

describe(suspiciousLines, () => {
  it('finds what was not foreseen, and leaves what was', () => {
    const foreseen = 'ERROR [ProblemFilter] POST /auth/sms/send storage_unavailable: StorageUnavailableError';
    const not = 'TypeError: Cannot read properties of undefined';
    expect(suspiciousLines(`${foreseen}\n${not}\n`)).toEqual([not]);
  });
});

describe(verdicts, () => {
  const sound: Evidence = {
    ...{ people: 9, codesAccepted: 5, proofsRedeemed: 4, guesses: 20, messages: 9, repeats: 2 },
    ...{ requests: 1_000, slowestMs: 600, refusedInQuiet: 1, unforeseenCount: 0 },
    ...{ faults: new Map([['one', 2]]), longestFaultMs: 5_000, troubles: [], keys: 10, endless: [] },
    lives: [
      { name: 'api', samples: over(30, () => 1).map(({ at }) => ({ at, bytes: 1e7, rss: 1, handles: 9 })) },
    ],
    broken: () => 0,
  };
  const broken = (more: Partial<Evidence>): string[] =>
    verdicts({ ...sound, ...more })
      .filter(({ kept }) => kept !== true)
      .map(({ promise }) => promise);
  const leaking = (handles: number, bytes: number): Evidence['lives'] => [
    {
      name: 'api',
      samples: over(30, (index) => index).map(({ at, value }) => ({
        ...{ at, rss: 1 },
        ...{ bytes: 1e7 + value * bytes, handles: 9 + value * handles },
      })),
    },
  ];

  it('keeps every promise of a sound run', () => {
    expect(broken({})).toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ['no code is accepted twice', { broken: (breach) => (breach === 'accepted twice' ? 1 : 0) }],
    ['no proof is redeemed twice', { broken: (breach) => (breach === 'redeemed twice' ? 1 : 0) }],
    ['every answer is a foreseen one, none is a 500, all come in time', { unforeseenCount: 1 }],
    ['nobody is refused (503) while nothing is broken', { refusedInQuiet: 2 }],
    ['every fault heals by itself', { abandoned: 'it did not' }],
    ['no process ends unasked, or with anything uncaught', { troubles: ['unhandledRejection'] }],
    ['the heap stays flat after the warm-up', { lives: leaking(0, 1e6) }],
    ['handles stay flat after the warm-up', { lives: leaking(2, 0) }],
    ['every key has an end, on every master', { endless: ['key'] }],
    ['the run has tried what it speaks of', { codesAccepted: 0 }],
  ])('tells of a broken one: %s', (promise, more) => {
    expect(broken(more)).toEqual([promise]);
  });
});
