import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startProcess, type ApiProcess } from '../support/start-process';
import { fullRun, type FullRun } from './full-run';
import { formsOf, formsOfPhone, tracesIn } from './traces';

/** A command as the server saw it, and whether a script or a client gave it. */
interface Seen {
  readonly words: readonly string[];
  readonly fromScript: boolean;
}

const PRINT_SPANS = join(__dirname, '../support/print-spans.js');
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a full run of the built application on Redis, with everything that it writes down', () => {
  let server: RedisServer;
  let api: ApiProcess;
  let run: FullRun;
  let output: string;
  let stored: string;
  let metrics: string;
  const seen: Seen[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    const observer = new Redis(server.url, { maxRetriesPerRequest: 0 });
    const monitor = await observer.monitor();
    monitor.on('monitor', (_time: string, words: string[], source: string) => {
      seen.push({ words, fromScript: source === 'lua' });
    });
    // Codes of ten digits: six could turn up in a time or a count by chance.
    api = await startProcess({
      REDIS_URL: server.url,
      SMS_CODE_LENGTH: '10',
      SMS_COOLDOWN_SECONDS: '1,60',
      SMS_IP_SEND_LIMIT: '40/10m',
      SMS_GATEWAYS: 'inbox',
      LOG_FORMAT: 'json',
      // With the traces of an SDK on the same output as the log.
      NODE_OPTIONS: `--require=${PRINT_SPANS}`,
    });
    const followed = freshPhone();
    const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
    await api.client.post('/auth/sms/send', { phone: followed, purpose: 'login' }, { traceparent });
    run = await fullRun(api.client);
    run.phones.push(followed);
    stored = await everythingIn(observer);
    monitor.disconnect();
    observer.disconnect();

    await server.stop();
    await run.withoutStorage();
    metrics = await (await fetch(`${api.client.url}/metrics`)).text();
    await api.stop();
    output = api.output();
  });
  afterAll(async () => {
    await api.stop();
    await server.dispose();
  });

  const commands = (): string => seen.map(({ words }) => words.join(' ')).join('\n');
  const secretForms = (): string[] => [
    ...run.phones.flatMap(formsOfPhone),
    ...run.codes.flatMap((code) => [...formsOf(code), ...formsOf(`${code.slice(0, 5)} ${code.slice(5)}`)]),
  ];

  it('[ASVS 16.2.5] has something to say in each of the places that are looked at', () => {
    expect(run.codes.length).toBeGreaterThan(3);
    expect(run.answers.length).toBeGreaterThan(40);
    expect(output.split('\n').length).toBeGreaterThan(30);
    expect(output).toContain('"event":"verified"');
    expect(output).toContain('storage_unavailable');
    for (const name of ['sms.send', 'sms.verify', 'sms.gateway.send']) {
      expect(output).toContain(`{"span":"${name}"`);
    }
    for (const name of ['sms_sends_total', 'sms_verifications_total', 'http_problems_total']) {
      expect(metrics).toContain(`${name}{`);
    }
    expect(seen.filter(({ words }) => words[0]?.toLowerCase() === 'evalsha').length).toBeGreaterThan(20);
    expect(seen.some(({ fromScript }) => fromScript)).toBe(true);
    expect(stored.length).toBeGreaterThan(200);
    // And the search finds what is there.
    expect(tracesIn(`x ${run.phones.join(' ')}`, secretForms()).length).toBeGreaterThan(0);
  });

  it('[ASVS 16.2.5] prints no code and no full phone, in no line of the log and in no span', () => {
    expect(tracesIn(output, secretForms())).toEqual([]);
  });

  it('[ASVS 16.2.5] shows no code, no phone, no id and no proof in the metrics', () => {
    expect(tracesIn(metrics, [...secretForms(), ...run.ids, ...run.tokens])).toEqual([]);
  });

  it('[ASVS 16.2.5] prints no id and no proof with which somebody could act', () => {
    expect(tracesIn(output, [...run.ids, ...run.tokens])).toEqual([]);
  });

  it('[ASVS 16.3.1] prints lines of JSON, all that tell of one request with its trace', () => {
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const ofRequest = lines.filter(({ traceId }) => traceId === TRACE_ID);
    const spans = ofRequest.filter(({ span }) => span !== undefined);
    expect(spans.map(({ span }) => span)).toEqual(['sms.gateway.send', 'sms.send']);
    expect(spans[0]?.['parent']).toBe(spans[1]?.['spanId']);
    expect(spans[1]?.['parent']).toBe('00f067aa0ba902b7');
    expect(ofRequest.map(({ event }) => event)).toContain('sent');
    const outcomes = lines.filter(({ context }) => context === 'Verification');
    expect(outcomes.filter(({ traceId }) => !/^[0-9a-f]{32}$/.test(String(traceId)))).toEqual([]);
  });

  it('[ASVS 16.2.5] prints phones masked, with four digits at the most', () => {
    const masked = output.match(/"phone":"[^"]*"/g) ?? [];
    expect(masked.length).toBeGreaterThan(10);
    for (const one of masked) expect(one).toMatch(/^"phone":"\+1•{6}[0-9]{4}"$/);
  });

  it('[ASVS 16.2.5] sends no code and no full phone to Redis, in no command and in no name', () => {
    expect(tracesIn(commands(), secretForms())).toEqual([]);
  });

  it('[ASVS 16.2.5] leaves no code and no full phone in Redis, neither in names nor in values', () => {
    expect(tracesIn(stored, secretForms())).toEqual([]);
  });

  it('[ASVS 16.2.5] leaves no proof in Redis that could be redeemed by who reads it', () => {
    const secrets = run.tokens.map((token) => token.split('.')[1] ?? '');
    expect(secrets.every((secret) => secret.length === 43)).toBe(true);
    expect(tracesIn(stored + commands(), secrets)).toEqual([]);
  });

  it('[ASVS 16.2.5] answers without codes, and without full phones but to who redeems', () => {
    for (const { route, answer } of run.answers) {
      const redeemed = route === 'redeem' && answer.status === 200;
      const text = JSON.stringify([answer.headers, answer.body]);
      expect({
        route,
        traces: tracesIn(text, redeemed ? run.codes.flatMap(formsOf) : secretForms()),
      }).toEqual({
        route,
        traces: [],
      });
    }
  });

  it('[ASVS 15.4.2] touches keys from scripts alone', () => {
    const byClients = seen
      .filter(({ fromScript }) => !fromScript)
      .map(({ words }) => words[0]?.toLowerCase());
    const known = new Set([
      'eval',
      'evalsha',
      'ping',
      'info',
      'client',
      'scan',
      'dump',
      'type',
      'hgetall',
      'get',
    ]);
    expect(byClients.filter((command) => !known.has(command ?? ''))).toEqual([]);
    const readers = ['dump', 'type', 'hgetall', 'get'];
    // The only readers are this test's, after the run.
    expect(seen.findIndex(({ words, fromScript }) => !fromScript && readers.includes(words[0] ?? ''))).toBe(
      -1,
    );
  });
});

/** Every name and every value, in one step and from one script, so that nothing is missed and nothing added. */
async function everythingIn(redis: Redis): Promise<string> {
  const everything = `
    local all = {}
    for _, key in ipairs(redis.call('KEYS', '*')) do
      local kind = redis.call('TYPE', key).ok
      table.insert(all, key)
      table.insert(all, kind == 'hash' and redis.call('HGETALL', key) or redis.call('GET', key))
    end
    return all`;
  const found = (await redis.callBuffer('EVAL', everything, 0)) as (Buffer | Buffer[])[];
  return found.flat().join('\n');
}
