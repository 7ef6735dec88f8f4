import createClient, { type Client } from 'openapi-fetch';
import { Pool } from 'undici';
import type { components, paths } from '../../apps/api/openapi';
import { expectDocumented } from './documented';

type Schemas = components['schemas'];

/** An answer, its body parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export type SentBody = Readonly<Schemas['SentVerification']>;
export type ReceivedMessage = Readonly<Schemas['InboxMessage']>;

/**
 * What a client of the API does, over real connections: by the client that is generated from `openapi.json`, and, to
 * send what no client would, by hand. Whatever comes back must be as `openapi.json` says.
 */
export class ApiClient {
  private readonly pool: Pool;
  private readonly api: Client<paths>;

  constructor(
    readonly url: string,
    connections = 64,
  ) {
    this.pool = new Pool(url, { connections, pipelining: 1 });
    this.api = createClient<paths>({ baseUrl: url, fetch: (request) => this.fetch(request) });
  }

  /** POSTs JSON and returns whatever comes back. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.request('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      ...headers,
    });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  async request(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: string | Buffer | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const { text, ...head } = await this.exchange(method, path, body, headers);
    return { ...head, body: parseObject(text) };
  }

  /** Sends a code and expects success. */
  async send(phone: string, purpose = 'login'): Promise<SentBody> {
    const { data, error } = await this.api.POST('/auth/sms/send', { body: { phone, purpose } });
    if (data === undefined) throw new Error(`send was refused: ${JSON.stringify(error)}`);
    return data;
  }

  verify(phone: string, code: string, verificationId: string, purpose = 'login'): Promise<Answer> {
    return answered(this.api.POST('/auth/sms/verify', { body: { phone, purpose, code, verificationId } }));
  }

  redeem(token: string, purpose = 'login'): Promise<Answer> {
    return answered(this.api.POST('/auth/sms/redeem', { body: { token, purpose } }));
  }

  status(phone: string, verificationId: string, purpose = 'login'): Promise<Answer> {
    return answered(this.api.POST('/auth/sms/status', { body: { phone, purpose, verificationId } }));
  }

  /** What the inbox holds for this phone, newest first. */
  async inbox(phone: string): Promise<readonly ReceivedMessage[]> {
    const { data, error } = await this.api.GET('/dev/inbox/messages', { params: { query: { phone } } });
    if (data === undefined) throw new Error(`the inbox answered: ${JSON.stringify(error)}`);
    return data;
  }

  /** The code of the newest message to this phone. */
  async newestCode(phone: string): Promise<string> {
    const [message] = await this.inbox(phone);
    if (message === undefined) throw new Error('the inbox holds no message for this phone');
    return message.code;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  /** What the generated client takes for `fetch`. */
  private async fetch(request: Request): Promise<Response> {
    const path = request.url.slice(this.url.length);
    const body = request.method === 'POST' ? await request.text() : undefined;
    const { status, headers, text } = await this.exchange(
      request.method,
      path,
      body,
      Object.fromEntries(request.headers),
    );
    const lines = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(text, { status, headers: lines });
  }

  private async exchange(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    sent: Readonly<Record<string, string>>,
  ) {
    const request = { method, path, body: body ?? null, headers: sent };
    const { statusCode: status, headers, body: received } = await this.pool.request(request);
    const text = await received.text();
    expectDocumented({ method, path }, { status, headers, text });
    return { status, headers, text };
  }
}

/** An answer of the generated client, as specs look at it. */
async function answered(
  request: Promise<{ data?: object; error?: object; response: Response }>,
): Promise<Answer> {
  const { data, error, response } = await request;
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: { ...(data ?? error) } };
}

/** The token in the answer of a successful verify. */
export function tokenOf({ status, body }: Answer): string {
  const proof = body['proof'];
  if (typeof proof === 'object' && proof !== null && 'token' in proof && typeof proof.token === 'string') {
    return proof.token;
  }
  throw new Error(`verify answered ${String(status)}: ${JSON.stringify(body)}`);
}

/** A code of the same length that is not this one. */
export function wrongCode(code: string): string {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : { value: parsed };
}
