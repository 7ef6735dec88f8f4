import { freshPhone } from '../../support/phones';
import type { Contestant } from './contestant';

const ROUNDS = 50;
const SENDS = 50;
const RIGHT_CODES = 20;

/** What became of three races that real clients bring about by impatience alone. */
export interface Raced {
  /** Rounds, of all, in which the right code was refused beside a single wrong guess. */
  readonly rightRefused: string;
  /** Messages that so many simultaneous sends to one number made. */
  readonly messages: string;
  /** The most successes that simultaneous requests with one right code got, and the fewest. */
  readonly successes: string;
}

export async function race(contestant: Contestant): Promise<Raced> {
  let refused = 0;
  const successes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    refused += (await rightBesideWrong(contestant)) ? 0 : 1;
    successes.push(await oneCodeOftenTried(contestant));
  }
  return {
    rightRefused: `${String(refused)} of ${String(ROUNDS)}`,
    messages: `${String(await messagesOfSends(contestant))} of ${String(SENDS)}`,
    successes: `${String(Math.min(...successes))} to ${String(Math.max(...successes))} of ${String(RIGHT_CODES)}`,
  };
}

async function rightBesideWrong(contestant: Contestant): Promise<boolean> {
  const phone = freshPhone();
  const sent = await contestant.send(phone);
  const code = await contestant.newestCode(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  const [, right] = await Promise.all([
    contestant.ask(contestant.guess(phone, wrong, sent)),
    contestant.ask(contestant.guess(phone, code, sent)),
  ]);
  return right.status === 200;
}

async function oneCodeOftenTried(contestant: Contestant): Promise<number> {
  const phone = freshPhone();
  const sent = await contestant.send(phone);
  const guess = contestant.guess(phone, await contestant.newestCode(phone), sent);
  const answers = await Promise.all(Array.from({ length: RIGHT_CODES }, () => contestant.ask(guess)));
  return answers.filter(({ status }) => status === 200).length;
}

async function messagesOfSends(contestant: Contestant): Promise<number> {
  const phone = freshPhone();
  const before = await contestant.messages();
  await Promise.all(Array.from({ length: SENDS }, () => contestant.send(phone)));
  return (await contestant.messages()) - before;
}
