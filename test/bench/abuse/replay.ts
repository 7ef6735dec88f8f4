import { createInterface } from 'node:readline';
import { levelsOfE164 } from '../../../libs/sms-verification/src/abuse/prefix-guard/number-levels';
import type {
  GuardDecision,
  NumberLevels,
  PrefixGuard,
} from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import { PhoneNumber } from '../../../libs/sms-verification/src/phone/phone-number';
import type { Clock } from './baselines/guarded';
import { Heap } from './runner/heap';

const KEY = 'a key for the names of replayed ranges';
const DAY_MS = 24 * 3_600_000;
/** Times are moved by whole days to after any server's clock: a trace may begin at 0, and Redis ends keys by its own. */
const SHIFT_MS = 100 * 365 * DAY_MS;
const KNOWN_MS = 90 * DAY_MS;

/** A number that is asked for again so soon asks for the same code, up to twice: such sends count once. */
const RESEND_MS = 10 * 60_000;
const RESENDS = 2;

interface Event {
  readonly at: number;
  readonly levels: NumberLevels;
  readonly phone: string;
  readonly verifiedAt: number | undefined;
}

/**
 * Lets a guard judge a foreign trace: one event a line, in order of time, on standard input; one decision a line on
 * standard output, in the same order. Each event's own time is the clock. A line that is no event is told of on
 * standard error, gets a decision of its own so that lines stay in step, and makes the exit code 1.
 */
export async function replay(guard: PrefixGuard, clock: Clock): Promise<void> {
  const outcomes = new Heap<() => Promise<void>>();
  const known = new Map<string, number>();
  const counted = new Map<string, { readonly at: number; readonly mark: number; readonly resends: number }>();
  let line = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    const event = eventOf(text);
    if (typeof event === 'string') {
      process.stderr.write(`line ${String(line)}: ${event}\n`);
      process.exitCode = 1;
      await write({ decision: 'refuse', reason: 'invalid' });
      continue;
    }
    while (outcomes.nextAt <= event.at) await outcomes.pop()?.();
    // Time stands still for an event that comes out of order.
    clock.now = Math.max(clock.now, event.at);
    const first = counted.get(event.phone);
    const resend = first !== undefined && first.at + RESEND_MS > clock.now && first.resends < RESENDS;
    const decision = await guard.assess({
      levels: event.levels,
      known: (known.get(event.phone) ?? -Infinity) + KNOWN_MS > clock.now,
      challenged: false,
      resend,
      mode: 'enforce',
    });
    await write(decision);
    if (resend) counted.set(event.phone, { ...first, resends: first.resends + 1 });
    else if (decision.assessedAt !== 0) {
      counted.set(event.phone, { at: clock.now, mark: decision.assessedAt, resends: 0 });
    }
    const mark = resend ? first.mark : decision.assessedAt;
    if (event.verifiedAt === undefined || (decision.enforced && decision.decision !== 'allow')) continue;
    const verifiedAt = Math.max(event.verifiedAt, clock.now);
    outcomes.push(verifiedAt, async () => {
      clock.now = Math.max(clock.now, verifiedAt);
      known.set(event.phone, verifiedAt);
      counted.delete(event.phone);
      if (mark !== 0) await guard.recordVerified({ levels: event.levels, assessedAt: mark });
    });
  }
}

async function write({
  decision,
  reason,
  enforced = true,
}: {
  readonly decision: GuardDecision['decision'];
  readonly reason: string;
  readonly enforced?: boolean;
}): Promise<void> {
  const answer = enforced ? { decision, reason } : { decision: 'allow', reason: 'warm-up' };
  if (process.stdout.write(`${JSON.stringify(answer)}\n`)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}

/** The event of a line, or what is wrong with it. */
function eventOf(text: string): Event | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'not an object';
  const { t, phone, verifiedAt } = value as Record<string, unknown>;
  if (!isTime(t)) return 't is not a time in seconds';
  if (verifiedAt !== null && verifiedAt !== undefined && !isTime(verifiedAt)) {
    return 'verifiedAt is neither a time in seconds nor null';
  }
  if (typeof phone !== 'string' || !/^\+[1-9][0-9]{6,14}$/.test(phone))
    return 'phone is not a number in E.164';
  return {
    at: SHIFT_MS + Math.floor(t * 1000),
    phone,
    levels: levelsOfE164(phone, countryOf(phone), KEY),
    verifiedAt: isTime(verifiedAt) ? SHIFT_MS + Math.floor(verifiedAt * 1000) : undefined,
  };
}

const countries = new Map<string, string>();

/** Parsing is slow, and no numbering plan tells countries apart by more than the first eight digits. */
function countryOf(phone: string): string {
  const start = phone.slice(0, 9);
  const country = countries.get(start) ?? PhoneNumber.fromE164(phone).country;
  countries.set(start, country);
  return country;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11;
}
