import { table } from '../bench/runner/tables';
import { growthOf, type Sample } from './growth';
import type { Breach } from './judge';

/** One line of the table at the end. */
export interface Verdict {
  readonly promise: string;
  readonly measured: string;
  /** `undefined`: the run was too short to tell. */
  readonly kept: boolean | undefined;
}

/** Everything that the verdicts are drawn from. */
export interface Evidence {
  readonly people: number;
  readonly codesAccepted: number;
  readonly proofsRedeemed: number;
  readonly guesses: number;
  readonly messages: number;
  readonly repeats: number;
  readonly broken: (breach: Breach) => number;
  readonly requests: number;
  readonly slowestMs: number;
  /** Requests without an answer, or with 503, while nothing was broken. */
  readonly refusedInQuiet: number;
  readonly unforeseenCount: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly longestFaultMs: number;
  readonly lives: readonly { readonly name: string; readonly samples: readonly Sample[] }[];
  readonly troubles: readonly string[];
  readonly keys: number;
  readonly endless: readonly string[];
  /** Why the run ended early, if it did. */
  readonly abandoned?: string;
}

/** A machine that is busy with other things may be late now and then: one request in so many. */
const REFUSED_IN_QUIET = 1 / 1_000;
/** How much a process may grow after its warm-up, however long the run: the scatter of a heap under load. */
const GROWN_BYTES = 3 * 2 ** 20;
/** As many sockets and timers come and go with the requests of a moment. */
const GROWN_HANDLES = 20;

export function verdicts(evidence: Evidence): Verdict[] {
  const { broken, requests, refusedInQuiet, unforeseenCount, troubles, endless, abandoned } = evidence;
  const struck = [...evidence.faults.values()].reduce((total, count) => total + count, 0);
  const refusedAllowed = Math.ceil(requests * REFUSED_IN_QUIET);
  const story = (promise: string, breach: Breach, of: string): Verdict => ({
    promise,
    measured: `${number(broken(breach))} of ${of}`,
    kept: broken(breach) === 0,
  });
  const codes = `${number(evidence.codesAccepted)} codes`;
  const proofs = `${number(evidence.proofsRedeemed)} proofs`;
  return [
    story('no code is accepted twice', 'accepted twice', codes),
    story('no proof is redeemed twice', 'redeemed twice', proofs),
    story(
      'no more guesses are evaluated than granted',
      'guessed too often',
      `${number(evidence.guesses)} guesses`,
    ),
    story('no right code is lost while its master lives', 'success lost', codes),
    story('no proof is lost while its master lives', 'proof lost', proofs),
    story(
      'a repeat, and a resend, bring the same',
      'repeat answered otherwise',
      `${number(evidence.repeats)} repeats`,
    ),
    story(
      'what is said to be sent was handed over',
      'message not handed over',
      `${number(evidence.messages)} messages`,
    ),
    {
      promise: 'every answer is a foreseen one, none is a 500, all come in time',
      measured: `${number(unforeseenCount)} of ${number(requests)} requests, the slowest ${seconds(evidence.slowestMs)}`,
      kept: unforeseenCount === 0,
    },
    {
      promise: 'nobody is refused (503) while nothing is broken',
      measured: `${number(refusedInQuiet)} of ${number(requests)} requests, at most ${number(refusedAllowed)}`,
      kept: refusedInQuiet <= refusedAllowed,
    },
    {
      promise: 'every fault heals by itself',
      measured:
        abandoned ??
        `${number(struck)} of ${String(evidence.faults.size)} kinds, the longest ${seconds(evidence.longestFaultMs)}`,
      kept: abandoned === undefined,
    },
    {
      promise: 'no process ends unasked, or with anything uncaught',
      measured: `${number(troubles.length)} signs of it`,
      kept: troubles.length === 0,
    },
    grown(
      'the heap stays flat after the warm-up',
      evidence.lives,
      ({ bytes }) => bytes,
      GROWN_BYTES,
      megabytes,
    ),
    grown(
      'handles stay flat after the warm-up',
      evidence.lives,
      ({ handles }) => handles,
      GROWN_HANDLES,
      number,
    ),
    {
      promise: 'every key has an end, on every master',
      measured: `${number(endless.length)} without, of ${number(evidence.keys)} keys`,
      kept: endless.length === 0 && evidence.keys > 0,
    },
    {
      promise: 'the run has tried what it speaks of',
      measured: `${number(evidence.people)} people, ${number(struck)} faults`,
      kept: struck > 0 && evidence.codesAccepted > 0 && evidence.proofsRedeemed > 0 && evidence.repeats > 0,
    },
  ];
}

/** The table that ends a run. */
export function verdictTable(found: readonly Verdict[]): string {
  return table(
    ['promise', 'measured', 'verdict'],
    found.map(({ promise, measured, kept }) => [
      promise,
      measured,
      kept === undefined ? 'too short' : kept ? 'kept' : 'BROKEN',
    ]),
  );
}

function grown(
  promise: string,
  lives: Evidence['lives'],
  valueOf: (sample: Sample) => number,
  most: number,
  shown: (value: number) => string,
): Verdict {
  const found = lives.flatMap(({ name, samples }) => {
    const growth = growthOf(samples.map((sample) => ({ at: sample.at, value: valueOf(sample) })));
    const last = samples.at(-1);
    return growth === undefined || last === undefined ? [] : [{ name, last: valueOf(last), ...growth }];
  });
  const measured = found.map(
    ({ name, last, grown: by, samples }) =>
      `${name}: ${by < 0 ? '' : '+'}${shown(by)} to ${shown(last)} (${String(samples)} samples)`,
  );
  return {
    promise,
    measured: measured.length === 0 ? 'too few samples' : `${measured.join('; ')}; at most +${shown(most)}`,
    kept: found.length === 0 ? undefined : found.every(({ grown: by }) => by <= most),
  };
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
