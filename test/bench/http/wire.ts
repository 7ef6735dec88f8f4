import { connect, type Socket } from 'node:net';

/** A request as it goes over the wire, made before the clock starts. */
export function post(path: string, body: unknown): Buffer {
  const json = JSON.stringify(body);
  const head = ['content-type: application/json', `content-length: ${String(Buffer.byteLength(json))}`];
  return Buffer.from([`POST ${path} HTTP/1.1`, 'host: bench', ...head, '', json].join('\r\n'));
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * One keep-alive connection with one request under way at a time. Written on a bare socket, so that the load costs
 * its core as little as can be: a complete client would be the bottleneck, not the server.
 */
export class WireClient {
  private received = '';
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly socket: Socket) {
    // Every byte is one character, so that lengths are lengths.
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (chunk: string) => {
      this.received += chunk;
      this.answer();
    });
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(new WireClient(socket));
      });
      socket.once('error', reject);
    });
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private answer(): void {
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = this.received.slice(0, headEnd);
    const length = /\r\ncontent-length: *([0-9]+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${head}`);
    const end = headEnd + 4 + Number(length);
    if (this.received.length < end) return;
    const body = this.received.slice(headEnd + 4, end);
    this.received = this.received.slice(end);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body: Buffer.from(body, 'latin1').toString() });
  }
}
