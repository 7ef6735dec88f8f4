import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SiteverifyAnswer {
  readonly status?: number;
  readonly body: unknown;
}

/**
 * A provider on loopback that judges tokens as Turnstile and hCaptcha do: by its secret, and each token once. What
 * they would answer otherwise, a test says.
 */
export class SiteverifyPeer {
  /** What was posted, in order. */
  readonly forms: Readonly<Record<string, string>>[] = [];
  private readonly seen = new Set<string>();
  private behaviour: 'judges' | 'stays silent' | SiteverifyAnswer = 'judges';

  private constructor(
    private readonly server: Server,
    private readonly secret: string,
    private readonly wordForSeen: string,
    readonly url: string,
  ) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
        const text = Buffer.concat(chunks).toString('utf8');
        const form = Object.fromEntries(
          isForm === true && request.method === 'POST' ? new URLSearchParams(text) : [],
        );
        this.forms.push(form);
        if (this.behaviour === 'stays silent') return;
        const { status = 200, body } = this.behaviour === 'judges' ? this.judge(form) : this.behaviour;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
  }

  static async start(secret: string, wordForSeen: string): Promise<SiteverifyPeer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new SiteverifyPeer(server, secret, wordForSeen, `http://127.0.0.1:${String(port)}/siteverify`);
  }

  answers(body: unknown, status = 200): void {
    this.behaviour = { body, status };
  }

  staysSilent(): void {
    this.behaviour = 'stays silent';
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private judge({ secret, response = '' }: Readonly<Record<string, string>>): SiteverifyAnswer {
    const refuse = (reason: string) => ({ body: { success: false, 'error-codes': [reason] } });
    if (secret !== this.secret) return refuse('invalid-input-secret');
    if (response === '') return refuse('missing-input-response');
    if (!response.startsWith('good')) return refuse('invalid-input-response');
    if (this.seen.has(response)) return refuse(this.wordForSeen);
    this.seen.add(response);
    return {
      body: { success: true, 'error-codes': [], challenge_ts: '2026-01-01T00:00:00Z', hostname: 'localhost' },
    };
  }
}
