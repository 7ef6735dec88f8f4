import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocument } from '../../apps/api/openapi/create-document';
import { PROBLEM_SCHEMAS } from '../../apps/api/openapi/problem-schemas';
import { documented, expectDocumented, faultsOf, OPENAPI_FILE, operations } from '../support/documented';
import { ROOT } from '../support/markdown';
import { servedRoutes } from '../support/served-routes';
import { startApp, type TestApp } from '../support/start-app';
import { PRODUCTION } from './refused-environments';

/** The types of the client, as they are generated from the document. */
function generateTypes(): string {
  const command = join(ROOT, 'node_modules/openapi-typescript/bin/cli.js');
  return execFileSync(process.execPath, [command, OPENAPI_FILE], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('openapi.json', () => {
  const types = OPENAPI_FILE.replace(/json$/, 'd.ts');

  it('is what `npm run openapi` makes of the application, and openapi.d.ts what it makes of that', async () => {
    const document = await createDocument();
    if (process.env['OPENAPI'] === 'write') {
      writeFileSync(OPENAPI_FILE, `${JSON.stringify(document, null, 2)}\n`);
      writeFileSync(types, generateTypes());
    }
    expect(JSON.parse(readFileSync(OPENAPI_FILE, 'utf8'))).toEqual(document);
    expect(readFileSync(types, 'utf8')).toBe(generateTypes());
  });

  it('describes every route of the application but those of the example, and no other', async () => {
    // The one route of any method is described for the two that gateways report by.
    const served = await servedRoutes(['GET', 'POST']);
    const described = [...served]
      .filter((route) => !/ \/dev\/account(\/|$)/.test(route))
      .map((route) => route.replace(/:([a-z]+)/g, '{$1}'));
    expect(described.length).toBeLessThan(served.size);
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(described.sort());
  });

  it('tells of every refusal, at one route or more', () => {
    const text = JSON.stringify(documented.paths);
    const untold = Object.keys(PROBLEM_SCHEMAS).filter((name) => !text.includes(`/schemas/${name}"`));
    expect(untold).toEqual([]);
  });

  it('has examples that its schemas accept, of every body and of every answer in JSON', () => {
    const faults: string[] = [];
    const check = (value: unknown, ...pointer: string[]): void => {
      const found = value === undefined ? 'no example' : faultsOf(value, ...pointer);
      if (found !== '') faults.push(`${pointer.join(' ')}: ${found}`);
    };
    for (const { method, path, requestBody, responses } of operations) {
      const at = ['paths', path, method.toLowerCase()];
      for (const [media, { examples }] of Object.entries(requestBody?.content ?? {}))
        check(examples?.example?.value, ...at, 'requestBody', 'content', media, 'schema');
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const json = content['application/json'];
        if (json === undefined || path === '/docs-json') continue;
        check(json.example, ...at, 'responses', status, 'content', 'application/json', 'schema');
      }
    }
    for (const [name, { examples }] of Object.entries(PROBLEM_SCHEMAS))
      check((examples as unknown[])[0], 'components', 'schemas', name);
    expect(faults).toEqual([]);
  });
});

describe('the examples of openapi.json', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startApp({ store: 'in-process', environment: { SMS_CHALLENGE: 'altcha' } });
  });
  afterAll(() => api.close());

  /** A value with everything that is another one each time left open, by its form. */
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shapeOf);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => {
          // A slow machine is a second further.
          return [name, name === 'expiresIn' || name === 'resendIn' ? typeof member : shapeOf(member)];
        }),
      );
    if (typeof value !== 'string') return value;
    return value
      .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, '<instant>')
      .replace(/^[0-9a-f]{8}-[0-9a-f-]{27}$/, '<id>')
      .replace(/^[\w-]{22}$/, '<id>')
      .replace(/^[\w-]{16}\.[\w.-]{40,}$/, '<token>')
      .replace(/\b\d{6}\b/, '<code>');
  };

  it('are what the service answers, asked one after the other as they stand', async () => {
    // What a client takes from one answer into the next request.
    const held: Record<string, string> = {};
    const ask = async (method: 'GET' | 'POST', path: string, headers = {}): Promise<void> => {
      const operation = operations.find((one) => one.method === method && one.path === path);
      const example = operation?.requestBody?.content['application/json']?.examples?.example?.value;
      const body = Object.fromEntries(
        Object.entries(example ?? {}).map(([name, value]) => [name, held[name] ?? (value as string)]),
      );
      const url = path.replace('{code}', 'cooldown');
      const answer = await (method === 'GET' ? api.client.get(url) : api.client.post(url, body, headers));
      const [[status, response] = []] = Object.entries(operation?.responses ?? {});
      const media = response?.content?.['application/json'];
      expect({ path, status: answer.status }).toEqual({ path, status: Number(status) });
      const list = Array.isArray(media?.example);
      expect(shapeOf(list ? Object.values(answer.body) : answer.body)).toEqual(shapeOf(media?.example));
      const { verificationId, proof } = answer.body;
      if (typeof verificationId === 'string') held['verificationId'] = verificationId;
      if (proof !== undefined) held['token'] = (proof as { token: string }).token;
    };

    await ask('POST', '/auth/sms/send');
    await ask('GET', '/dev/inbox/messages');
    await ask('POST', '/auth/sms/status');
    held['code'] = await api.client.newestCode('+14155550100');
    await ask('POST', '/auth/sms/verify');
    await ask('POST', '/auth/sms/redeem');
    for (const path of ['/health/live', '/health/ready', '/problems/{code}', '/dev/inbox/behaviour'])
      await ask('GET', path);
    await ask('POST', '/dev/inbox/behaviour');
  });

  it('are what the service answers to a proof, and to who asks for a challenge', async () => {
    const phone = '+14155550101';
    const { verificationId } = await api.client.send(phone);
    const verified = await api.client.verify(phone, await api.client.newestCode(phone), verificationId);
    const { token } = verified.body['proof'] as { token: string };
    const entered = await api.client.post('/dev/protected', {}, { 'verification-proof': token });
    expect(entered).toMatchObject({ status: 200, body: { phone: '+1••••••0101' } });
    expect((await api.client.post('/auth/sms/challenge', { phone })).body['kind']).toBe('altcha');
  });
});

describe('what the suites hold every answer to', () => {
  const document = { type: '/problems/proof_invalid', status: 401, code: 'proof_invalid' };
  const full = { ...document, title: 'The proof is not valid', detail: 'It is not.' };
  const redeem = (status: number, body: object, headers = {}) => {
    const limits = { 'ratelimit-policy': '"verify";q=60;w=600', ratelimit: '"verify";r=59;t=600' };
    const type = { 'content-type': 'application/problem+json' };
    const answer = { status, headers: { ...limits, ...type, ...headers }, text: JSON.stringify(body) };
    return () => {
      expectDocumented({ method: 'POST', path: '/auth/sms/redeem' }, answer);
    };
  };

  it('is passed by what is documented alone: status, headers, type and each member', () => {
    expect(redeem(401, full)).not.toThrow();
    expect(redeem(402, full)).toThrow('no status 402');
    expect(redeem(401, document)).toThrow("must have required property 'title'");
    expect(redeem(401, { ...full, more: 1 })).toThrow('additional');
    expect(redeem(401, { ...full, code: 'cooldown' })).toThrow('allowed values');
    expect(redeem(401, full, { 'content-type': 'text/plain' })).toThrow('no content of text/plain');
    expect(redeem(401, full, { ratelimit: undefined })).toThrow('RateLimit: undefined');
    expect(redeem(401, full, { 'retry-after': '1' })).toThrow('Retry-After is not told of');
  });
});

describe('the routes of the description', () => {
  it('serve it to programs and to people, from files of the service alone', async () => {
    const api = await startApp({ store: 'in-process' });
    expect((await api.client.get('/docs-json')).body).toEqual(documented);
    const page = await fetch(`${api.client.url}/docs`);
    const files = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, file]) => file);
    expect(files).toEqual(['/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/docs.js']);
    for (const file of files) expect((await fetch(`${api.client.url}${String(file)}`)).status).toBe(200);
    for (const file of ['package.json', '..%2Fdocs.controller.js', 'constructor'])
      expect((await fetch(`${api.client.url}/docs/${file}`)).status).toBe(404);
    await api.close();
  });

  it('are not there in production, unless API_DOCS says so', async () => {
    const api = await startApp({ store: 'in-process', environment: PRODUCTION });
    for (const path of ['/docs', '/docs/docs.js', '/docs-json'])
      expect((await fetch(`${api.client.url}${path}`)).status).toBe(404);
    await api.close();
  });

  it('tell in production of the routes that are there, and of no other', async () => {
    const api = await startApp({ store: 'in-process', environment: { ...PRODUCTION, API_DOCS: 'true' } });
    const { body } = await api.client.get('/docs-json');
    const paths = Object.keys(body['paths'] as object);
    const development = operations.filter(({ tags }) => tags.includes('Development'));
    expect(paths).toContain('/auth/sms/send');
    expect(development).not.toHaveLength(0);
    expect(paths.filter((path) => development.some((one) => one.path === path))).toEqual([]);
    expect(JSON.stringify(body['tags'])).not.toContain('Development');
    await api.close();
  });

  it('are nowhere where API_DOCS is false', async () => {
    const api = await startApp({ store: 'in-process', environment: { API_DOCS: 'false' } });
    expect((await fetch(`${api.client.url}/docs-json`)).status).toBe(404);
    await api.close();
  });
});
