import { createRequire } from 'node:module';
import fc from 'fast-check';
import { PhoneNumber } from '../../phone/phone-number';
import { AltchaHumanChallenge, type AltchaOptions } from './altcha.human-challenge';
import type { AltchaChallenge } from './altcha-lib';
import { InProcessSpentChallenges } from './in-process.spent-challenges';

const KEY = 'a key of this test, of 32 bytes or more';
const HERS = { phone: PhoneNumber.parse('+14155550100') };
const HIS = { phone: PhoneNumber.parse('+14155550101') };
const MINUTE = 60_000;

const load = createRequire(__filename);
/** The package's own way to solve: what a client does. */
const { solveChallenge } = load('altcha-lib') as {
  solveChallenge: (options: object) => Promise<{ counter: number; derivedKey: string }>;
};
const { deriveKey } = load('altcha-lib/algorithms/pbkdf2') as { deriveKey: unknown };

interface Answer {
  challenge: { parameters: Record<string, unknown>; signature: string };
  solution: { counter: number; derivedKey: string };
}

/** The answer with other parameters in its task; those that are undefined vanish in JSON. */
function altered({ challenge: { parameters, signature }, solution }: Answer, changes: object): unknown {
  return { challenge: { parameters: { ...parameters, ...changes }, signature }, solution };
}

function signed({ challenge: { parameters }, solution }: Answer, signature: string): unknown {
  return { challenge: { parameters, signature }, solution };
}

const write = (answer: unknown): string => Buffer.from(JSON.stringify(answer)).toString('base64');

describe(AltchaHumanChallenge.name, () => {
  let passed: number;
  let challenge: AltchaHumanChallenge;
  const now = (): number => Date.now() + passed;
  const make = (options: Partial<AltchaOptions> = {}): AltchaHumanChallenge =>
    new AltchaHumanChallenge({
      key: KEY,
      spent: new InProcessSpentChallenges(now),
      now,
      rounds: 10,
      tries: 20,
      ...options,
    });

  beforeEach(() => {
    passed = 0;
    challenge = make();
  });

  async function solve(context = HERS, by = challenge): Promise<Answer> {
    const offer = (await by.offer(context))['challenge'] as AltchaChallenge & Answer['challenge'];
    const { counter, derivedKey } = await solveChallenge({ challenge: offer, deriveKey });
    return { challenge: offer, solution: { counter, derivedKey } };
  }

  it('takes the solution of its task', async () => {
    expect(await challenge.verify(write(await solve()), HERS)).toBe(true);
  });

  it('takes a solution once, however it is spelled', async () => {
    const answer = await solve();
    expect(await challenge.verify(write(answer), HERS)).toBe(true);
    expect(await challenge.verify(write(answer), HERS)).toBe(false);
    const { challenge: task, solution } = answer;
    const reordered = { more: 1, solution, challenge: { more: 1, ...task } };
    expect(await challenge.verify(write(reordered), HERS)).toBe(false);
    expect(await challenge.verify(`${write(answer)}\n`, HERS)).toBe(false);
  });

  it('takes no solution for another phone, and leaves it unspent', async () => {
    const answer = write(await solve());
    expect(await challenge.verify(answer, HIS)).toBe(false);
    expect(await challenge.verify(answer, HERS)).toBe(true);
  });

  it('takes a solution until its task expires, and not from then on', async () => {
    const [early, late] = [write(await solve()), write(await solve())];
    passed = 4 * MINUTE;
    expect(await challenge.verify(early, HERS)).toBe(true);
    passed = 5 * MINUTE;
    expect(await challenge.verify(late, HERS)).toBe(false);
  });

  it('remembers a solution for longer than an instance whose clock is behind would take it', async () => {
    let behind = 0;
    const spent = new InProcessSpentChallenges(now);
    const answer = write(await solve(HERS, make({ spent })));
    const slow = make({ spent, now: () => now() - behind });
    expect(await make({ spent }).verify(answer, HERS)).toBe(true);
    passed = 9 * MINUTE;
    behind = 5 * MINUTE;
    expect(await slow.verify(answer, HERS)).toBe(false);
  });

  it.each<[string, (answer: Answer) => unknown]>([
    ['another key', (answer) => ({ ...answer, solution: { counter: 0, derivedKey: '00'.repeat(32) } })],
    ['no solution', ({ challenge: task }) => ({ challenge: task })],
    ['a later end', (answer) => altered(answer, { expiresAt: 9_999_999_999 })],
    ['no end', (answer) => altered(answer, { expiresAt: undefined })],
    ['an easier task', (answer) => altered(answer, { cost: 1, keyPrefix: '00' })],
    ['no signature of the solution', (answer) => altered(answer, { keySignature: undefined })],
    ['another nonce', (answer) => altered(answer, { nonce: '00'.repeat(16) })],
    ['an empty signature', (answer) => signed(answer, '')],
    ['a signature in capitals', (answer) => signed(answer, answer.challenge.signature.toUpperCase())],
  ])('takes no answer with %s', async (_what, distort) => {
    const answer = await solve();
    expect(await challenge.verify(write(distort(answer)), HERS)).toBe(false);
    expect(await challenge.verify(write(answer), HERS)).toBe(true);
  });

  it('takes no answer to a task that another key signed', async () => {
    const foreign = make({ key: `${KEY}!` });
    expect(await challenge.verify(write(await solve(HERS, foreign)), HERS)).toBe(false);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no base64', '\u0000🙂{}'],
    ['no JSON', Buffer.from('{"challenge":').toString('base64')],
    ['null', write(null)],
    ['a list', write([[]])],
    ['empty objects', write({ challenge: {}, solution: {} })],
    [
      'parameters of other types',
      write({
        challenge: {
          parameters: { expiresAt: 9e9, nonce: [], salt: {}, cost: 'x', keyPrefix: 1 },
          signature: 'x',
        },
        solution: { counter: {}, derivedKey: [] },
      }),
    ],
    [
      'a prototype',
      Buffer.from(
        '{"challenge":{"parameters":{"__proto__":{"expiresAt":9999999999}},"signature":"x"},"solution":{}}',
      ).toString('base64'),
    ],
    [
      'depth',
      Buffer.from(
        '{"challenge":{"signature":"x","parameters":{"expiresAt":9999999999,"a":'.concat(
          '['.repeat(600),
          ']'.repeat(600),
          '}},"solution":{}}',
        ),
      ).toString('base64'),
    ],
    ['2 MB', 'A'.repeat(2_000_000)],
  ])('says no to %s, and does not throw', async (_what, answer) => {
    expect(await challenge.verify(answer, HERS)).toBe(false);
  });

  it('says no to anything of the right outline, and does not throw', async () => {
    const right = await solve();
    const { parameters, signature } = right.challenge;
    const anything = fc.jsonValue({ maxDepth: 3 });
    const outline = fc.record({
      challenge: fc.record({
        parameters: fc.dictionary(fc.constantFrom(...Object.keys(parameters), 'data', '__proto__'), anything),
        signature: fc.oneof(fc.constant(signature), fc.string()),
      }),
      solution: fc.oneof(fc.constant(right.solution), fc.dictionary(fc.string(), anything)),
    });
    const solution = fc.record({ counter: anything, derivedKey: anything });
    const ofThisTask = fc.record({ challenge: fc.constant(right.challenge), solution });
    await fc.assert(
      fc.asyncProperty(fc.oneof(outline, ofThisTask), async (answer) => {
        expect(await challenge.verify(write(answer), HERS)).toBe(false);
      }),
      { numRuns: 500 },
    );
    expect(await challenge.verify(write(right), HERS)).toBe(true);
  });

  it('says nothing of the phone in its tasks, and never gives the same one twice', async () => {
    const offers = await Promise.all([challenge.offer(HERS), challenge.offer(HERS)]);
    expect(offers[0]).toMatchObject({ kind: 'altcha', challenge: { parameters: { cost: 10 } } });
    expect(JSON.stringify(offers[0])).not.toContain('4155550100');
    expect(offers[0]).not.toEqual(offers[1]);
  });

  it('needs no more tries than it was told, and not always the same number', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => solve()));
    const tries = answers.map(({ solution }) => solution.counter);
    expect(Math.max(...tries)).toBeLessThan(20);
    expect(new Set(tries).size).toBeGreaterThan(3);
  });

  it('has answers that fit where they are sent', async () => {
    const whole = make({ rounds: 1_000_000, tries: 1 });
    expect(write(await solve(HERS, whole)).length).toBeLessThan(1_024);
  });
});
