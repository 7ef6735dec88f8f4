import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookRequest } from '@app/sms-verification';

/** Takes the callbacks that a carrier makes about messages, as a webhook's route would. */
export class ReportInbox {
  readonly requests: WebhookRequest[] = [];
  private readonly changes = new EventEmitter();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(204).end();
        this.requests.push({
          url: new URL(request.url ?? '/', this.url).href,
          headers: {},
          body: Buffer.concat(chunks),
        });
        this.changes.emit('change');
      });
    });
  }

  static async open(): Promise<ReportInbox> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ReportInbox(server);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/webhooks/sms/kannel`;
  }

  /** The callback that comes next after this many. */
  async next(after: number): Promise<WebhookRequest> {
    for (;;) {
      const request = this.requests[after];
      if (request !== undefined) return request;
      await once(this.changes, 'change');
    }
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
