import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { tokenOf, wrongCode, type Answer } from '../support/api-client';
import { readExposition, type Exposition } from '../support/exposition';
import { codeWords, readDocument, ROOT } from '../support/markdown';
import { freshPhone } from '../support/phones';
import { askedBy } from '../support/promql';
import { until } from '../support/redis-ask';
import { startApp, type TestApp } from '../support/start-app';
import { PRODUCTION } from './refused-environments';

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

const OPS = join(ROOT, 'apps/api/ops');
const { groups } = load(readFileSync(join(OPS, 'prometheus/alerts.yml'), 'utf8')) as Alerts;
const dashboard = JSON.parse(
  readFileSync(join(OPS, 'grafana/dashboards/sms-verification.json'), 'utf8'),
) as Dashboard;
const rules = groups.flatMap((group) => group.rules);
const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map((target) => ({ title, ...target })),
);

/** What Prometheus adds to everything that it scrapes. */
const BY_PROMETHEUS = ['instance', 'job'];

async function metricsOf(api: TestApp, authorization?: string): Promise<Response> {
  return fetch(`${api.client.url}/metrics`, {
    headers: authorization === undefined ? {} : { authorization },
  });
}

async function read(api: TestApp): Promise<Exposition> {
  return readExposition(await (await metricsOf(api)).text());
}

describe('the metrics, after everything happened once', () => {
  let api: TestApp;
  let seen: Exposition;
  let ready: Answer;

  beforeAll(async () => {
    api = await startApp({ environment: { SMS_MAX_ATTEMPTS: '1' } });
    const { client } = api;
    const behave = async (behaviour: string): Promise<void> => {
      expect((await client.post('/dev/inbox/behaviour', { behaviour })).status).toBe(200);
    };
    const send = (phone: string) => client.post('/auth/sms/send', { phone, purpose: 'login' });

    const [one, other] = [freshPhone(), freshPhone()];
    const { verificationId } = await client.send(one);
    expect((await send(one)).status).toBe(429);
    const token = tokenOf(await client.verify(one, await client.newestCode(one), verificationId));
    expect((await client.redeem(token)).status).toBe(200);
    expect((await client.redeem(token)).status).toBe(401);
    const { verificationId: locked } = await client.send(other);
    expect((await client.verify(other, wrongCode(await client.newestCode(other)), locked)).status).toBe(400);
    expect((await client.post('/no/such/path', {})).status).toBe(404);

    await behave('undelivered');
    await client.send(freshPhone());
    await behave('refuse');
    // Five in a row, and the gateway rests.
    for (let time = 0; time < 6; time += 1) expect((await send(freshPhone())).status).toBe(503);
    ready = await client.get('/health/ready');
    // An answer is counted when it is out, and a report comes by itself.
    await until('all is counted', async () => {
      seen = await read(api);
      return (
        seen.value('http_problems_total', { code: 'gateway_unavailable' }) === 6 &&
        seen.value('sms_delivery_reports_total', { state: 'undelivered' }) === 1
      );
    });
  });
  afterAll(() => api.close());

  it.each([
    ['sms_sends_total', { outcome: 'sent', purpose: 'login', country: 'US' }, 3],
    ['sms_sends_total', { outcome: 'failed', purpose: 'login', country: 'US' }, 6],
    ['sms_refusals_total', { reason: 'cooldown', purpose: 'login', country: 'US' }, 1],
    ['sms_verifications_total', { outcome: 'verified', purpose: 'login', country: 'US' }, 1],
    ['sms_verifications_total', { outcome: 'wrong', purpose: 'login', country: 'US' }, 1],
    ['sms_locks_total', { purpose: 'login', country: 'US' }, 1],
    ['sms_proofs_total', { outcome: 'redeemed', purpose: 'login' }, 1],
    ['sms_proofs_total', { outcome: 'refused', purpose: 'login' }, 1],
    ['sms_gateway_attempt_duration_seconds_count', { gateway: 'inbox', outcome: 'accepted' }, 3],
    ['sms_gateway_attempt_duration_seconds_count', { gateway: 'inbox', outcome: 'refused' }, 5],
    ['sms_gateway_skips_total', { gateway: 'inbox' }, 1],
    ['sms_gateway_resting', { gateway: 'inbox' }, 1],
    ['sms_script_duration_seconds_count', { script: 'issue' }, 2],
    ['sms_script_duration_seconds_count', { script: 'verify-and-remove' }, 1],
    ['sms_script_failures_total', { script: 'verify-and-remove' }, 0],
    ['http_request_duration_seconds_count', { route: '/auth/sms/redeem', status: '200' }, 1],
    ['http_problems_total', { route: 'none', code: 'not_found' }, 1],
    ['http_problems_total', { route: '/auth/sms/send', code: 'cooldown' }, 1],
  ])('count what happened: %s %j', (name, labels, count) => {
    expect(seen.value(name, labels)).toBe(count);
  });

  it('have labels of few values: what is configured, countries, and words of ours', async () => {
    const text = await (await metricsOf(api)).text();
    expect(text).not.toMatch(/="[^"\n]*[0-9]{7}/);
    expect([...(seen.labels.get('sms_sends_total') ?? [])].sort()).toEqual(['country', 'outcome', 'purpose']);
  });

  it('are each explained in docs/observability.md, and nothing else is', () => {
    const documented = codeWords(readDocument('docs/observability.md')).filter((word) =>
      /^(sms|http)_\w+$/.test(word),
    );
    const ours = [...seen.labels.keys()]
      .filter((name) => /^(sms|http)_/.test(name))
      .map((name) => name.replace(/_(bucket|count|sum)$/, ''));
    expect([...new Set(documented)].sort()).toEqual([...new Set(ours)].sort());
  });

  it.each(panels)('have what the dashboard asks for in "$title": $expr', ({ expr, legendFormat }) => {
    expectAsked(expr);
    const inLegend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    const { labels } = askedBy(expr);
    expect(inLegend.filter((label) => !labels.has(label) && !BY_PROMETHEUS.includes(label))).toEqual([]);
  });

  it('have what the dashboard chooses from', () => {
    const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    expect(definitions).toHaveLength(2);
    for (const definition of definitions) {
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      expect([...(seen.labels.get(metric) ?? [])]).toContain(label);
    }
  });

  it.each(rules)('have what the alert $alert asks for', ({ alert, expr }) => {
    expectAsked(expr);
    expect(codeWords(readDocument('docs/observability.md'))).toContain(alert);
  });

  it('agree with readiness: not ready while no gateway would take a message', () => {
    expect(ready).toMatchObject({
      status: 503,
      body: { code: 'not_ready', parts: { gateways: { status: 'down' }, storage: { status: 'up' } } },
    });
  });

  /** Each metric of a query is there, and each label that it is asked for by is one of its labels. */
  function expectAsked(query: string): void {
    const { metrics, labels } = askedBy(query);
    const asked = [...metrics].filter((name) => name !== 'up');
    expect(asked.filter((name) => !seen.labels.has(name))).toEqual([]);
    const there = new Set([...BY_PROMETHEUS, ...asked.flatMap((name) => [...(seen.labels.get(name) ?? [])])]);
    expect([...labels].filter((label) => !there.has(label))).toEqual([]);
  }
});

describe('who may read the metrics', () => {
  const METRICS_TOKEN = 'a-token-of-this-very-test-and-no-other';

  it('is, in production, nobody without a token', async () => {
    const api = await startApp({ store: 'in-process', environment: PRODUCTION });
    expect((await metricsOf(api)).status).toBe(404);
    await api.close();
  });

  it('is who presents the token, where there is one', async () => {
    const api = await startApp({ store: 'in-process', environment: { ...PRODUCTION, METRICS_TOKEN } });
    const presented = [undefined, '', METRICS_TOKEN, `Bearer ${METRICS_TOKEN}x`, `Basic ${METRICS_TOKEN}`];
    for (const one of presented) expect((await metricsOf(api, one)).status).toBe(404);
    const answer = await metricsOf(api, `Bearer ${METRICS_TOKEN}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    await api.close();
  });
});

describe('the name of a request', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startApp({ store: 'in-process' });
  });
  afterAll(() => api.close());

  it('is the trace that it belongs to', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { headers } = await api.client.get('/health/live', { traceparent });
    expect(headers['x-request-id']).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('is one of its own where it belongs to none, refusals included', async () => {
    const named = [await api.client.get('/health/live'), await api.client.get('/no/such/path')];
    const ids = named.map(({ headers }) => headers['x-request-id']);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(2);
  });
});
