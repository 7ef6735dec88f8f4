import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes the messages of all API processes, as a carrier behind the webhook gateway, and keeps the newest per phone. */
export class Carrier {
  /** What each phone was sent last, and how many messages so far. */
  private readonly phones = new Map<string, { readonly code: string; readonly count: number }>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      void bodyOf(request).then((body) => {
        this.take(body);
        response.end();
      });
    });
  }

  static async start(): Promise<Carrier> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Carrier(server);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** The code in the newest message to this phone. */
  newestCode(phone: string): string | undefined {
    return this.phones.get(phone)?.code;
  }

  /** How many messages this phone has been sent. */
  count(phone: string): number {
    return this.phones.get(phone)?.count ?? 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private take(body: string): void {
    const { to, text } = JSON.parse(body) as { to: string; text: string };
    this.phones.set(to, { code: /\d{6}/.exec(text)?.[0] ?? '', count: this.count(to) + 1 });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
