import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived, byte for byte where it matters. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Behaviour = (response: ServerResponse) => void;

/** A provider on loopback: records each whole request, then does what the test told it to. */
export class LoopbackPeer {
  readonly requests: ReceivedRequest[] = [];
  private behaviour: Behaviour = (response) => response.end();
  private announceArrival: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    /** Without a slash at the end. */
    readonly url: string,
  ) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests.push({
          method: request.method ?? '',
          target: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        this.behaviour(response);
        this.announceArrival();
      });
    });
  }

  static async start(): Promise<LoopbackPeer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new LoopbackPeer(server, `http://127.0.0.1:${String(port)}`);
  }

  /** An address where nothing listens: that of a peer which has just gone. */
  static async vacantUrl(): Promise<string> {
    const peer = await LoopbackPeer.start();
    await peer.close();
    return peer.url;
  }

  /** The one request that arrived. */
  get onlyRequest(): ReceivedRequest {
    const [request, ...others] = this.requests;
    if (request === undefined || others.length > 0) {
      throw new Error(`${String(this.requests.length)} requests arrived instead of one`);
    }
    return request;
  }

  answers(status: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}): void {
    const isText = typeof body === 'string';
    this.behaviour = (response) => {
      response
        .writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
        .end(isText ? body : JSON.stringify(body));
    };
  }

  /** Answers with this status and nothing else, later. */
  answersAfter(delayMs: number, status: number): void {
    this.behaviour = (response) => {
      setTimeout(() => response.writeHead(status).end(), delayMs);
    };
  }

  /** Takes the request and says nothing; resolves when one has arrived. */
  staysSilent(): Promise<void> {
    this.behaviour = () => undefined;
    return new Promise((resolve) => {
      this.announceArrival = resolve;
    });
  }

  /** Takes the whole request and drops the connection. */
  resets(): void {
    this.behaviour = (response) => {
      response.socket?.resetAndDestroy();
    };
  }

  /** Answers with this status and half a body, then drops the connection. */
  breaksOff(status: number): void {
    this.behaviour = (response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"half":', () => response.socket?.destroy());
    };
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
