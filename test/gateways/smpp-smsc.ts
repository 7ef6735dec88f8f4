import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { CommandName } from '../../libs/sms-gateways/src/smpp/codec/commands';
import { isResponse, type Pdu } from '../../libs/sms-gateways/src/smpp/codec/pdu';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import type { SmppOptions } from '../../libs/sms-gateways/src/smpp/smpp.options';
import { SmscSession, type Said } from './smpp-smsc-session';

/** What the SMSC does with a PDU. */
type Behaviour = (pdu: Pdu, session: SmscSession) => void;

/** SMPP 3.4 §5.2.12: this deliver_sm is a delivery receipt. */
export const RECEIPT = 0x04;

/** Quick enough for tests; the wire carries the same as with the defaults. */
const BRISK = { rebindMinMs: 10, rebindMaxMs: 50, throttleMinMs: 5, throttleMaxMs: 20 };

/**
 * An SMSC on loopback: keeps what arrives and does what the test told it to. It reads and writes with the gateway's
 * own codec; that what they speak is SMPP is shown with programs of other hands (test/carriers).
 */
export class Smsc {
  readonly binds: Pdu[] = [];
  readonly submits: Pdu[] = [];
  /** Everything else that arrived. */
  readonly others: Pdu[] = [];
  readonly sessions = new Set<SmscSession>();
  onBind: Behaviour = (pdu, session) => {
    session.respond(pdu, { system_id: 'smsc' });
  };
  onSubmit: Behaviour = (pdu, session) => {
    this.accept(pdu, session);
  };
  onOther: Behaviour = (pdu, session) => {
    if (!isResponse(pdu)) session.respond(pdu);
  };
  private accepted = 0;
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly gateways: SmppSmsGateway[] = [];

  private constructor(private readonly server: Server) {}

  static async start(tls?: { readonly key: string; readonly cert: string }): Promise<Smsc> {
    // The listener is called for connections, of which there is none before this SMSC exists.
    const serve = (socket: Socket): void => {
      smsc.serve(socket);
    };
    const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
    const smsc = new Smsc(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return smsc;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** A gateway that binds to this SMSC, or by another way to it. */
  gateway(options: Partial<SmppOptions> = {}): SmppSmsGateway {
    const account = { host: '127.0.0.1', port: this.port, systemId: 'tester', password: 'geheim' };
    const gateway = new SmppSmsGateway({ ...account, ...BRISK, ...options });
    this.gateways.push(gateway);
    return gateway;
  }

  /** Takes a message, and returns the name that it gets. */
  accept(pdu: Pdu, session: SmscSession, messageId = String((this.accepted += 1))): string {
    session.respond(pdu, { message_id: messageId });
    return messageId;
  }

  refuse(pdu: Pdu, session: SmscSession, status: number): void {
    session.respond(pdu, { command_status: status });
  }

  /** Sends a request over the one link. */
  request(command: CommandName, said: Said = {}): void {
    this.link.request(command, said);
  }

  /** The receipt of SMPP 3.4 Appendix B. */
  sendReceipt(messageId: string, stat: string, said: Said = {}): void {
    const text = `id:${messageId} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:${stat} err:000 text:stat:UNDELIV`;
    this.request('deliver_sm', {
      esm_class: RECEIPT,
      data_coding: 0,
      short_message: Buffer.from(text, 'ascii'),
      ...said,
    });
  }

  get link(): SmscSession {
    const [session, ...others] = this.sessions;
    if (session === undefined || others.length > 0) throw new Error('there is not one link');
    return session;
  }

  /** Resolves as soon as the condition holds; it is looked at whenever something has arrived or gone. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.changes, 'change');
  }

  /** Resolves when that many binds have arrived. */
  async bound(times = 1): Promise<void> {
    await this.until(() => this.binds.length >= times);
  }

  /** Drops every link as a crash would. */
  drop(): void {
    for (const session of this.sessions) session.destroy();
  }

  /** Closes the gateways that were made for this SMSC, then the SMSC. */
  async close(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.close()));
    this.server.close();
    this.drop();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    const session = new SmscSession(socket, (pdu) => {
      const [kept, behaviour] = this.placeOf(pdu);
      kept.push(pdu);
      behaviour(pdu, session);
      this.changes.emit('change');
    });
    this.sessions.add(session);
    socket.on('close', () => {
      this.sessions.delete(session);
      this.changes.emit('change');
    });
  }

  private placeOf({ command }: Pdu): [Pdu[], Behaviour] {
    if (command === 'bind_transceiver') return [this.binds, this.onBind];
    if (command === 'submit_sm') return [this.submits, this.onSubmit];
    return [this.others, this.onOther];
  }
}
