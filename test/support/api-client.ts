import { Pool } from 'undici';

/** An answer, its body parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SentBody {
  readonly verificationId: string;
  readonly phone: string;
  readonly purpose: string;
  readonly expiresIn: number;
  readonly resendIn: number;
}

export interface ReceivedMessage {
  readonly id: string;
  readonly phone: string;
  readonly purpose: string;
  readonly text: string;
  readonly code: string;
  readonly sentAt: string;
}

/** What a client of the API does, over real connections. */
export class ApiClient {
  private readonly pool: Pool;

  constructor(
    readonly url: string,
    connections = 64,
  ) {
    this.pool = new Pool(url, { connections, pipelining: 1 });
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
    const response = await this.pool.request({ method, path, body: body ?? null, headers });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, body: parseObject(text) };
  }

  /** Sends a code and expects success. */
  async send(phone: string, purpose = 'login'): Promise<SentBody> {
    const { status, body } = await this.post('/auth/sms/send', { phone, purpose });
    if (status !== 202) throw new Error(`send answered ${String(status)}: ${JSON.stringify(body)}`);
    return body as unknown as SentBody;
  }

  verify(phone: string, code: string, verificationId: string, purpose = 'login'): Promise<Answer> {
    return this.post('/auth/sms/verify', { phone, purpose, code, verificationId });
  }

  redeem(token: string, purpose = 'login'): Promise<Answer> {
    return this.post('/auth/sms/redeem', { token, purpose });
  }

  status(phone: string, verificationId: string, purpose = 'login'): Promise<Answer> {
    return this.post('/auth/sms/status', { phone, purpose, verificationId });
  }

  /** What the inbox holds for this phone, newest first. */
  async inbox(phone: string): Promise<readonly ReceivedMessage[]> {
    const { body } = await this.get(`/dev/inbox/messages?phone=${encodeURIComponent(phone)}`);
    return Object.values(body) as unknown as ReceivedMessage[];
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
