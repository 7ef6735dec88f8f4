import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../faults/findings';
import { wrongCode } from '../support/api-client';
import type { Answered, Front } from './front';
import type { Carrier } from './carrier';
import type { Guess, Redemption, Send } from './story';

const PURPOSE = 'login';
/** Who gets no answer asks again, so often and so long. */
const REPEAT_AFTER_MS = 200;
const REPEAT_WITHIN_MS = 20_000;

/** What somebody holds who was sent a code. */
export interface Held {
  readonly verificationId: string;
  readonly code: string;
}

/** How something is asked for. */
export interface Manner {
  /** With an idempotency key, until an answer comes, and so many times at least. */
  readonly keyed?: number;
}

/** Somebody with a phone, and the account of all that they asked for. */
export class Person {
  readonly story: (Send | Guess | Redemption)[] = [];

  constructor(
    private readonly phone: string,
    private readonly front: Front,
    private readonly carrier: Carrier,
  ) {}

  /** Asks for a code, or for the one of a verification again; `undefined` when none came. */
  async send({ keyed }: Manner = {}, before?: Held): Promise<Held | undefined> {
    const start = performance.now();
    const messagesBefore = this.carrier.count(this.phone);
    const more = before === undefined ? {} : { verificationId: before.verificationId };
    const answers = await this.ask('/auth/sms/send', { phone: this.phone, purpose: PURPOSE, ...more }, keyed);
    const verificationIds = answers.map(({ body }) => body['verificationId']).filter(isString);
    const messages = this.carrier.count(this.phone) - messagesBefore;
    const heard = answers.every(({ outcome: told, status }) => told !== 'unknown' && status !== 409);
    const sentAgain = messages > 1 && heard;
    const code = this.carrier.newestCode(this.phone);
    const outcome = outcomeOf(answers, 202);
    const [verificationId] = verificationIds;
    const sameCode = before === undefined || outcome !== 'ok' ? {} : { sameCode: code === before.code };
    this.story.push({
      ...{ kind: 'send', start, end: performance.now(), outcome },
      ...{ verificationIds, handedOver: messages > 0 || !heard, sentAgain, ...sameCode },
    });
    return code === undefined || verificationId === undefined ? undefined : { verificationId, code };
  }

  /** Enters the code; returns the proof when one came. */
  async enter(held: Held, manner: Manner = {}): Promise<string | undefined> {
    return this.guess(held, held.code, manner);
  }

  /** Enters another code. */
  async mistype(held: Held, manner: Manner = {}): Promise<void> {
    await this.guess(held, wrongCode(held.code), manner);
  }

  async redeem(token: string): Promise<void> {
    const start = performance.now();
    const answers = await this.ask('/auth/sms/redeem', { token, purpose: PURPOSE });
    const outcome = outcomeOf(answers, 200);
    this.story.push({ kind: 'redemption', start, end: performance.now(), outcome, token });
  }

  private async guess(
    { verificationId, code }: Held,
    entered: string,
    { keyed }: Manner,
  ): Promise<string | undefined> {
    const start = performance.now();
    const body = { phone: this.phone, purpose: PURPOSE, code: entered, verificationId };
    const answers = await this.ask('/auth/sms/verify', body, keyed);
    const tokens = answers.map(({ body: said }) => tokenIn(said)).filter(isString);
    const left = answers.some(({ body: said }) => typeof said['attemptsRemaining'] === 'number');
    this.story.push({
      ...{ kind: 'guess', start, end: performance.now(), outcome: outcomeOf(answers, 200) },
      ...{ verificationId, right: entered === code, evaluated: left || tokens.length > 0, tokens },
    });
    return tokens[0];
  }

  /** One request, or with a key as many as it takes; all answers that came. */
  private async ask(path: string, body: unknown, keyed?: number): Promise<readonly Answered[]> {
    if (keyed === undefined) return [await this.front.post(path, body)];
    const key = { 'idempotency-key': randomUUID() };
    const answers: Answered[] = [];
    const patience = performance.now() + REPEAT_WITHIN_MS;
    for (;;) {
      const answer = await this.front.post(path, body, key);
      answers.push(answer);
      const settled = answer.outcome !== 'unknown' && answer.status !== 409;
      if ((settled && answers.length >= keyed) || performance.now() > patience) return answers;
      if (!settled) await sleep(REPEAT_AFTER_MS);
    }
  }
}

/** What the sender knows in the end: the last answer that told anything counts, and a success is one for good. */
function outcomeOf(answers: readonly Answered[], success: number): Outcome {
  if (answers.some(({ status }) => status === success)) return 'ok';
  const last = answers.at(-1);
  return last === undefined || last.status === 409 ? 'unknown' : last.outcome;
}

function tokenIn(body: Readonly<Record<string, unknown>>): string | undefined {
  const proof = body['proof'];
  if (typeof proof !== 'object' || proof === null || !('token' in proof)) return undefined;
  return isString(proof.token) ? proof.token : undefined;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
