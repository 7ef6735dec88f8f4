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
    const read = bodyAt(this.received, headEnd + 4, head);
    if (read === undefined) return;
    const { body, end } = read;
    this.received = this.received.slice(end);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body: Buffer.from(body, 'latin1').toString() });
  }
}

/** The body, if all of it is there, and where it ends: of the length that is told, or in chunks (RFC 9112 §7.1). */
function bodyAt(text: string, from: number, head: string): { body: string; end: number } | undefined {
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const end = from + Number(length);
    return text.length < end ? undefined : { body: text.slice(from, end), end };
  }
  let body = '';
  for (let at = from; ;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (text.length < next) return undefined;
    if (!(size > 0)) return { body, end: next };
    body += text.slice(lineEnd + 2, next - 2);
    at = next;
  }
}
