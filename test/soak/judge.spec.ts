import { judge, type Breach } from './judge';
import type { Guess, Redemption, Send, Story } from './story';

const send = (start: number, more: Partial<Send> = {}): Send => ({
  ...{ kind: 'send', start, end: start + 10, outcome: 'ok' },
  ...{ verificationIds: ['one'], handedOver: true, sentAgain: false },
  ...more,
});
const guess = (start: number, outcome: Guess['outcome'], more: Partial<Guess> = {}): Guess => ({
  ...{ kind: 'guess', start, end: start + 10, outcome, verificationId: 'one', right: true },
  ...{ evaluated: outcome === 'ok', tokens: outcome === 'ok' ? [`token ${String(start)}`] : [] },
  ...more,
});
const wrong = (start: number): Guess => guess(start, 'refused', { right: false, evaluated: true });
const redeem = (start: number, outcome: Redemption['outcome']): Redemption => ({
  ...{ kind: 'redemption', start, end: start + 10, outcome, token: 'token 100' },
});
const judged = (story: Story, masterChanged = false): Breach[] =>
  judge(story, { maxAttempts: 2, masterChanged });

describe(judge, () => {
  it('finds nothing wrong with a code and a proof that are good once', () => {
    const story = [send(0), wrong(50), guess(100, 'ok'), redeem(200, 'ok'), redeem(300, 'refused')];
    expect(judged([...story, guess(400, 'refused')])).toEqual([]);
  });

  it('finds a code accepted twice and a proof redeemed twice, whatever failed meanwhile', () => {
    expect(judged([send(0), guess(100, 'ok'), guess(200, 'ok')], true)).toEqual(['accepted twice']);
    const twice = [send(0), guess(100, 'ok'), redeem(200, 'ok'), redeem(300, 'ok')];
    expect(judged(twice, true)).toEqual(['redeemed twice']);
  });

  it('finds guesses beyond those granted; a change of masters may lose their count, but never let one in', () => {
    const many = [send(0), wrong(10), wrong(30), wrong(50)];
    expect(judged(many)).toEqual(['guessed too often']);
    expect(judged(many, true)).toEqual([]);
    const inAfter = [send(0), wrong(10), wrong(30), guess(100, 'ok')];
    expect(judged(inAfter, true)).toEqual(['guessed too often']);
  });

  it('finds a right code and a proof that are lost, unless their master is lost too', () => {
    const code = [send(0), guess(100, 'refused')];
    expect([judged(code), judged(code, true)]).toEqual([['success lost'], []]);
    const proof = [send(0), guess(100, 'ok'), redeem(200, 'refused')];
    expect([judged(proof), judged(proof, true)]).toEqual([['proof lost'], []]);
  });

  it('finds no loss where an answer is unknown, or the attempts were spent', () => {
    expect(judged([send(0), guess(100, 'unknown'), guess(200, 'refused')])).toEqual([]);
    expect(judged([send(0), wrong(10), wrong(30), guess(100, 'refused')])).toEqual([]);
  });

  it('finds repeats that were answered otherwise, and messages that nobody was handed', () => {
    expect(judged([send(0, { verificationIds: ['one', 'two'] })])).toEqual(['repeat answered otherwise']);
    expect(judged([send(0, { sentAgain: true })])).toEqual(['repeat answered otherwise']);
    expect(judged([send(0, { sameCode: false })])).toEqual(['repeat answered otherwise']);
    const proven = guess(100, 'ok', { tokens: ['first', 'second'] });
    expect(judged([send(0), proven])).toEqual(['repeat answered otherwise']);
    expect(judged([send(0, { handedOver: false })], true)).toEqual(['message not handed over']);
  });
});
