import * as nonces from '../../libs/sms-verification/src/storage/redis/nonce';
import { until } from '../support/redis-ask';
import { Requester } from '../conformance/requester';
import { History, type Findings } from './history';
import type { Link } from './link';
import { People } from './people';
import type { OpenStorage } from './storage';

const CODES = 10;

/** What came of right codes, the replies to which were all lost on the way back. */
export interface LostReplies {
  readonly findings: Findings;
  readonly repliesLost: number;
}

/** Enters right codes, and loses the reply to each after the server has done it. */
export async function loseReplies({ storage }: OpenStorage, links: readonly Link[]): Promise<LostReplies> {
  const history = new History();
  const people = new People(history);
  const before = lostOn(links);
  for (let code = 0; code < CODES; code += 1) {
    const person = await oncePossible(() => people.ask(storage));
    await underLoss(links, () => people.enter(person, storage));
  }
  return { findings: history.findings, repliesLost: lostOn(links) - before };
}

/** As above with wrong codes: how many attempts are left, as the caller was told and as storage has it. */
export async function loseRepliesToWrongGuesses(
  { storage }: OpenStorage,
  links: readonly Link[],
): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  for (let code = 0; code < CODES; code += 1) {
    const { requester, held } = await oncePossible(async () => {
      const somebody = Requester.of({ instances: [storage], shiftMs: 0 });
      return { requester: somebody, held: await somebody.issue() };
    });
    const guess = await underLoss(links, () => requester.fail(held));
    const status = await requester.status(held);
    told.push([
      guess.outcome === 'wrong' ? guess.attemptsRemaining : guess.outcome,
      status.outcome === 'found' ? status.attemptsRemaining : status.outcome,
    ]);
  }
  return told;
}

/** Runs the body while nothing tells one call from another, as before scripts knew of nonces. */
export async function withoutNonces<Result>(body: () => Promise<Result>): Promise<Result> {
  const drawn = jest.spyOn(nonces, 'drawNonce').mockReturnValue('');
  try {
    return await body();
  } finally {
    drawn.mockRestore();
  }
}

/** The loss of a reply is the loss of a connection: who asks next may be refused, which is another promise's matter. */
async function oncePossible<Result>(ask: () => Promise<Result | undefined>): Promise<Result> {
  let given: Result | undefined;
  await until('a code is issued', async () => {
    given = await ask().catch(() => undefined);
    return given !== undefined;
  });
  if (given === undefined) throw new TypeError('until() returns when it is there');
  return given;
}

/** One reply is lost, on whichever link it comes. */
async function underLoss<Result>(links: readonly Link[], call: () => Promise<Result>): Promise<Result> {
  const loss = { due: true };
  for (const link of links) link.loss = loss;
  try {
    return await call();
  } finally {
    loss.due = false;
  }
}

function lostOn(links: readonly Link[]): number {
  return links.reduce((total, { repliesLost }) => total + repliesLost, 0);
}
