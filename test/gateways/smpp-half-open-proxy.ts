import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A way to a peer that can go dark: connections stay open and are accepted, but nothing passes any more, in either
 * direction, as through a firewall that forgot them. What was open then never comes back.
 */
export class HalfOpenProxy {
  private readonly sockets = new Set<Socket>();
  private dark = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (socket: Socket) => {
      this.carry(socket);
    });
  }

  static async to(port: number): Promise<HalfOpenProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HalfOpenProxy(server, port);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  goDark(): void {
    this.dark = true;
    for (const socket of this.sockets) socket.unpipe();
    for (const socket of this.sockets) socket.resume();
  }

  /** Lets new connections pass again. */
  comeBack(): void {
    this.dark = false;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private carry(near: Socket): void {
    this.keep(near);
    if (this.dark) {
      near.resume();
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    this.keep(far);
    near.pipe(far);
    far.pipe(near);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
