import { createRequire } from 'node:module';
import type * as promClient from '@platformatic/prom-client';

/** Upper bounds in seconds: of what Redis takes, of what a gateway may take, and of an answer. */
const SCRIPT_BUCKETS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const GATEWAY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 60];
const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const load = createRequire(__filename);

export type Instruments = ReturnType<typeof createInstruments>;

/**
 * All that is measured. Every label has few values: purposes and gateways are those configured, countries are ISO 3166-1
 * alpha-2 and ZZ, routes are patterns. No phone, no number range, no address and no id is ever one.
 *
 * Loads the package when there is something to count, not before: the start need not wait for it. It is the kept one
 * of its family that runs on Node 20: `prom-client` is deprecated, its successor `@prometheus-io/client` asks for 22.
 *
 * @param restingGateways asked at each reading: the gateways there are, and whether each rests
 */
export function createInstruments(restingGateways: () => ReadonlyMap<string, boolean>) {
  const { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = load(
    '@platformatic/prom-client',
  ) as typeof promClient;
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name, help, labelNames, buckets, registers });

  // The process: memory, CPU, garbage collections, and by how much the event loop lags behind.
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'sms_gateway_resting',
    help: 'Whether a gateway is left alone after repeated failures (1) or would be asked (0)',
    labelNames: ['gateway'],
    registers,
    collect() {
      for (const [gateway, resting] of restingGateways()) this.set({ gateway }, resting ? 1 : 0);
    },
  });
  return {
    registry,
    sends: counter(
      'sms_sends_total',
      'Messages by what became of handing them over: sent, resent or failed',
      ['outcome', 'purpose', 'country'],
    ),
    verifications: counter(
      'sms_verifications_total',
      'Guesses at codes: verified, wrong, unknown or exhausted',
      ['outcome', 'purpose', 'country'],
    ),
    refusals: counter('sms_refusals_total', 'Sends that were refused, by what refused them', [
      'reason',
      'purpose',
      'country',
    ]),
    locks: counter('sms_locks_total', 'Verifications that lost their last attempt to a wrong code', [
      'purpose',
      'country',
    ]),
    proofs: counter('sms_proofs_total', 'Proofs by what became of presenting them: redeemed or refused', [
      'outcome',
      'purpose',
    ]),
    deliveries: counter(
      'sms_delivery_reports_total',
      'What gateways reported of messages: delivered or undelivered',
      ['gateway', 'state', 'purpose'],
    ),
    judgements: counter('sms_guard_judgements_total', 'Sends as the guard of number ranges judged them', [
      'decision',
      'reason',
      'enforced',
      'country',
    ]),
    problems: counter('http_problems_total', 'Problem documents that were answered', ['route', 'code']),
    gatewaySkips: counter(
      'sms_gateway_skips_total',
      'Messages not offered to a gateway, which rests or is busy',
      ['gateway'],
    ),
    gatewayAttempts: histogram(
      'sms_gateway_attempt_duration_seconds',
      'What a gateway took to accept or refuse a message',
      ['gateway', 'outcome'],
      GATEWAY_BUCKETS,
    ),
    scriptFailures: counter(
      'sms_script_failures_total',
      'Scripts in Redis that were not answered, or refused',
      ['script'],
    ),
    scripts: histogram(
      'sms_script_duration_seconds',
      'What a script in Redis took, from the call to the answer: of every eighth run of each',
      ['script'],
      SCRIPT_BUCKETS,
    ),
    requests: histogram(
      'http_request_duration_seconds',
      'What a request took, by the pattern of its route',
      ['route', 'status'],
      REQUEST_BUCKETS,
    ),
  };
}
