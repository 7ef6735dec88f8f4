import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to the reply of a command that is watched for. */
type Fate = { readonly kind: 'cut' } | { readonly kind: 'delay'; readonly ms: number };

/**
 * A way to a server on which replies get lost or late: the server is sent the command and runs it; then the connection
 * is cut before its reply has passed, or the reply, with all that follow it on that connection, is held up.
 */
export class ReplyCuttingProxy {
  /** How many replies met their fate so far. */
  met = 0;
  private readonly sockets = new Set<Socket>();
  private watched: { readonly text: string; readonly fate: Fate } | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (socket: Socket) => {
      this.carry(socket);
    });
  }

  static async to(port: number): Promise<ReplyCuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ReplyCuttingProxy(server, port);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  /** Cuts the connection when the reply to the next command that contains the text is about to pass, once. */
  cutReplyTo(text: string): void {
    this.watched = { text, fate: { kind: 'cut' } };
  }

  /** Holds up the reply to the next command that contains the text, once. */
  delayReplyTo(text: string, ms: number): void {
    this.watched = { text, fate: { kind: 'delay', ms } };
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private carry(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    let fate: Fate | undefined;
    near.on('data', (chunk: Buffer) => {
      if (this.watched !== undefined && chunk.includes(this.watched.text)) {
        fate = this.watched.fate;
        this.watched = undefined;
      }
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (fate === undefined) {
        near.write(chunk);
        return;
      }
      this.met += 1;
      if (fate.kind === 'cut') {
        near.destroy();
        return;
      }
      const { ms } = fate;
      fate = undefined;
      far.pause();
      setTimeout(() => {
        near.write(chunk);
        far.resume();
      }, ms).unref();
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
