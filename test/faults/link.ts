import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a link does to what passes. */
export interface LinkOptions {
  /** How long everything takes to the other end, in either direction. */
  readonly delayMs?: number;
  /** More of it, drawn anew for each piece: what a lost and repeated packet costs. */
  readonly stallMs?: () => number;
}

/**
 * A way to a server on loopback that can be slow, be cut, and lose a reply after the server has done what it was
 * asked. Whatever was underway when it is cut is lost, as with a cable.
 */
export class Link {
  private readonly sockets = new Set<Socket>();
  private severed = false;
  /**
   * While it is due: of the next script call that passes, the reply is lost and the connection ends in its place. Links
   * that share a loss lose one between them.
   */
  loss = { due: false };
  /** How many replies were lost on purpose so far. */
  repliesLost = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private readonly options: LinkOptions,
  ) {
    server.on('connection', (socket: Socket) => {
      this.carry(socket);
    });
  }

  static async to(target: number, options: LinkOptions = {}): Promise<Link> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Link(server, target, options);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections, and every new one at once. */
  cut(): void {
    this.severed = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.severed = false;
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private carry(near: Socket): void {
    if (this.severed) {
      near.destroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    let losing = false;
    this.keep(near, far);
    this.keep(far, near);
    this.pass(near, far, (chunk) => {
      if (!this.loss.due || !/\bevalsha\b/i.test(chunk.toString('latin1'))) return;
      this.loss.due = false;
      losing = true;
    });
    this.pass(far, near, () => {
      if (!losing) return;
      // That a reply is here proves that the server has done what it was asked.
      this.repliesLost += 1;
      near.destroy();
      far.destroy();
    });
  }

  /** Carries bytes one way, late and in their order. */
  private pass(from: Socket, to: Socket, look: (chunk: Buffer) => void): void {
    const { delayMs = 0, stallMs = () => 0 } = this.options;
    const underway: Buffer[] = [];
    let arrival = 0;
    from.on('data', (chunk: Buffer) => {
      look(chunk);
      if (to.destroyed) return;
      const now = performance.now();
      arrival = Math.max(arrival, now + delayMs + stallMs());
      if (arrival <= now && underway.length === 0) {
        to.write(chunk);
        return;
      }
      underway.push(chunk);
      setTimeout(() => {
        const next = underway.shift();
        if (next !== undefined && !to.destroyed) to.write(next);
      }, arrival - now);
    });
  }

  private keep(socket: Socket, peer: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      peer.destroy();
    });
  }
}
