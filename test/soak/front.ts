import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../bench/abuse/traffic/random';
import type { Outcome } from '../faults/findings';
import type { Instance } from './instance';

/** What a request came to: an answer, or none. */
export interface Answered {
  readonly status: number | undefined;
  readonly outcome: Outcome;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What each route may answer, other than that it is briefly unavailable. */
const FORESEEN: Readonly<Record<string, ReadonlySet<string>>> = {
  '/auth/sms/send': new Set([
    '202',
    '409 idempotency_conflict',
    '429 cooldown',
    '429 quota_exceeded',
    '429 attempts_exhausted',
  ]),
  '/auth/sms/verify': new Set([
    '200',
    '409 idempotency_conflict',
    '400 code_invalid',
    '429 attempts_exhausted',
  ]),
  '/auth/sms/redeem': new Set(['200', '401 proof_invalid']),
};
const UNAVAILABLE = new Set(['503 storage_unavailable', '503 gateway_unavailable']);

/** No request waits for longer: not for an answer, and not for its connection to break. */
const ANSWERED_WITHIN_MS = 10_000;
const SAMPLES_KEPT = 20;

/** When a request got no answer that told anything. */
interface Refusal {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

/** What stands before the API processes and spreads requests over those that are up. */
export class Front {
  requests = 0;
  slowestMs = 0;
  /** Of requests that got no answer, or 503, since they were last looked at. */
  refusals: Refusal[] = [];
  lastRefusalAt = -Infinity;
  /** Answers that no route should give; the first of each run. */
  readonly unforeseen: string[] = [];
  unforeseenCount = 0;

  constructor(
    private readonly instances: readonly Instance[],
    private readonly random: Random,
  ) {}

  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const up = this.instances.filter((instance) => instance.up);
    const { client } = this.random.pick(up.length > 0 ? up : this.instances);
    const start = performance.now();
    const deadline = new AbortController();
    const late = sleep(ANSWERED_WITHIN_MS, undefined, { signal: deadline.signal }).then(
      () => 'no answer, and no end of the connection',
    );
    late.catch(() => undefined);
    const answer = await Promise.race([client.post(path, body, headers).catch(nameOf), late]);
    deadline.abort();
    const end = performance.now();
    this.requests += 1;
    this.slowestMs = Math.max(this.slowestMs, end - start);
    if (typeof answer === 'string') {
      if (answer.startsWith('no answer')) this.note(`${path}: ${answer}`);
      this.refuse({ start, end, what: `${path}: ${answer}` });
      return { status: undefined, outcome: 'unknown', body: {} };
    }
    const { status } = answer;
    const code = answer.body['code'];
    const said = typeof code === 'string' ? `${String(status)} ${code}` : String(status);
    if (status === 503 && UNAVAILABLE.has(said)) {
      this.refuse({ start, end, what: `${path}: ${said}` });
      return { status, outcome: 'unknown', body: answer.body };
    }
    if (FORESEEN[path]?.has(said) !== true) this.note(`${path}: ${said}`);
    return { status, outcome: status < 300 ? 'ok' : 'refused', body: answer.body };
  }

  private refuse(refusal: Refusal): void {
    this.lastRefusalAt = refusal.end;
    this.refusals.push(refusal);
  }

  private note(what: string): void {
    this.unforeseenCount += 1;
    if (this.unforeseen.length < SAMPLES_KEPT) this.unforeseen.push(what);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
