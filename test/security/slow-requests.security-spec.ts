import type { Server } from 'node:http';
import { sendRaw } from '../support/raw-http';
import { startApp, type TestApp } from '../support/start-app';
import { expectProblem } from './expect-problem';
import { HOST, JSON_TYPE } from './hostile-request';

describe('a client that does not finish its request', () => {
  let api: TestApp;
  let server: Server;
  let inProduction: readonly number[];
  beforeAll(async () => {
    api = await startApp({ store: 'in-process' });
    server = api.app.getHttpServer();
    inProduction = [server.headersTimeout, server.requestTimeout];
    // Shorter, so that the test need not wait as long; Node looks once in a second.
    server.headersTimeout = server.requestTimeout = 200;
  });
  afterAll(() => api.close());

  const POST = `POST /auth/sms/send HTTP/1.1\r\n${HOST}\r\n${JSON_TYPE}\r\n`;
  const CASES: readonly (readonly [where: string, bytes: string])[] = [
    ['in the first line', 'POST /auth/sms/se'],
    ['in the headers', POST],
    ['before the body', `${POST}Content-Length: 50\r\n\r\n`],
    ['in the body', `${POST}Content-Length: 50\r\n\r\n{"phone":"+1415`],
    ['between two chunks', `${POST}Transfer-Encoding: chunked\r\n\r\n9\r\n{"phone":\r\n`],
  ];

  it('[ASVS 16.5.2] has as long for its headers as for all of it, so that Node does not exchange the two', () => {
    expect(inProduction).toEqual([15_000, 15_000]);
  });

  it.each(CASES)('[ASVS 16.5.2, RFC 9457] %s is told so with 408, and let go', async (_where, bytes) => {
    const answer = await sendRaw(api.client.url, bytes);
    expectProblem(answer, { status: 408, code: 'request_timeout' });
    expect(answer.headers['connection']).toBe('close');
    expect((await api.client.get('/health/live')).status).toBe(200);
  });
});
