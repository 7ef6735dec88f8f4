import type { Redis } from 'ioredis';
import type { PrefixGuard } from '../../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import { levelsFor, type Clock } from '../baselines/guarded';
import { HonestTraffic } from '../traffic/honest';
import { PAST_DAYS } from './scenarios';

/** The first calls find cold code; they are thrown away. */
const WARM_UP = 1_000;
const CALLS = 5_000;

type Kind = 'ping' | 'get' | 'assess';

/** In microseconds of wall-clock time, seen from the caller. */
export interface Percentiles {
  readonly median: number;
  readonly p99: number;
}

export type Latency = Readonly<Record<Kind, Percentiles>> & { readonly calls: number };

/**
 * Times one call after the other, with nothing else under way: a PING, a GET and an assessment in turn, so that
 * whatever else the machine does is spread over all three. The guard is asked about a day of honest traffic.
 */
export async function measureLatency({
  client,
  guard,
  clock,
  seed,
}: {
  readonly client: Redis;
  readonly guard: PrefixGuard;
  readonly clock: Clock;
  readonly seed: string;
}): Promise<Latency> {
  const sends = new HonestTraffic(seed).day(PAST_DAYS).slice(0, WARM_UP + CALLS);
  await client.set('latency', 'a value');
  const taken: Record<Kind, number[]> = { ping: [], get: [], assess: [] };
  for (const session of sends) {
    clock.now = Math.floor(session.at);
    const request = {
      levels: levelsFor(session),
      known: session.returning,
      challenged: false,
      resend: false,
      mode: 'enforce',
    } as const;
    taken.ping.push(await time(() => client.ping()));
    taken.get.push(await time(() => client.get('latency')));
    taken.assess.push(await time(() => guard.assess(request)));
  }
  const of = (kind: Kind): Percentiles => percentiles(taken[kind].slice(WARM_UP));
  return { ping: of('ping'), get: of('get'), assess: of('assess'), calls: sends.length - WARM_UP };
}

async function time(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return (performance.now() - began) * 1_000;
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = [...times].sort((first, second) => first - second);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  return { median: at(0.5), p99: at(0.99) };
}
