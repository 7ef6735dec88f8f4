import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the webhook gateway posts to: takes every message, and keeps the newest to each phone. */
export class WebhookCarrier {
  private readonly messages = new Map<string, string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const message = JSON.parse(body) as { readonly to: string; readonly text: string };
        this.messages.set(message.to, message.text);
        response.end('{}');
      });
    });
  }

  static async start(): Promise<WebhookCarrier> {
    const carrier = new WebhookCarrier();
    await once(carrier.server.listen(0, '127.0.0.1'), 'listening');
    return carrier;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/`;
  }

  /** The code in the newest message to a phone. */
  codeFor(phone: string): string {
    return /[0-9]{6}/.exec(this.messages.get(phone) ?? '')?.[0] ?? 'none';
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
