import { createRequire } from 'node:module';
import { Logger } from '@nestjs/common';
import { MessageRefusedError } from '@app/sms-verification';
import { failureReason } from './failure-reason';
import type * as Session from './smpp-session';
import type { SmppSettings } from './smpp.options';
import { backoffMs, pause, sharedAbort } from './waiting';

type SmppSession = Session.SmppSession;

const load = createRequire(__filename);

/**
 * Keeps one link to the SMSC bound: when it drops, for whatever reason, another is made, after waits that grow
 * while it fails. It begins at once and never gives up, because receipts come over the link too.
 */
export class SmppSupervisor {
  private readonly logger = new Logger('SmppSmsGateway');
  /** What speaks the protocol is loaded with the first SMPP gateway: a start without one does not pay for it. */
  private readonly protocol = load('./smpp-session') as typeof Session;
  private readonly stopping = sharedAbort();
  private readonly running: Promise<void>;
  private current: SmppSession | undefined;
  /** Aborts when a link is bound: the waits of those who need one end then. */
  private arrival = sharedAbort();
  private lastTrouble = '';

  constructor(
    private readonly settings: SmppSettings,
    private readonly deliver: Session.DeliveryListener,
  ) {
    this.running = this.run();
  }

  /**
   * The bound link. Where there is none, waits a little for the next.
   *
   * @throws MessageRefusedError when there is none by then
   */
  async session(signals: readonly AbortSignal[]): Promise<SmppSession> {
    const session = this.current ?? (await this.next(signals));
    if (session !== undefined) return session;
    throw new MessageRefusedError('there is no link to the SMSC');
  }

  /** Unbinds and rests. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current?.unbind();
    await this.running;
  }

  private async next(signals: readonly AbortSignal[]): Promise<SmppSession | undefined> {
    const ends = [...signals, this.stopping.signal, this.arrival.signal];
    await pause(this.settings.bindWaitMs, ends);
    return this.current;
  }

  private async run(): Promise<void> {
    const { rebindMinMs, rebindMaxMs } = this.settings;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const lived = await this.live();
      // A link that drops as soon as it is bound must not be remade in a tight loop.
      failures = lived > rebindMaxMs ? 1 : failures + 1;
      await pause(backoffMs(failures, rebindMinMs, rebindMaxMs), [this.stopping.signal]);
    }
  }

  /** One link from bind to loss; returns for how long it was bound. */
  private async live(): Promise<number> {
    const session = await this.bind();
    if (session === undefined) return 0;
    const since = performance.now();
    this.current = session;
    this.arrival.abort();
    if (this.stopping.signal.aborted) await session.unbind();
    const reason = await session.ended;
    this.current = undefined;
    this.arrival = sharedAbort();
    this.complain(`lost the link to the SMSC: ${reason}`);
    return performance.now() - since;
  }

  private async bind(): Promise<SmppSession | undefined> {
    try {
      const session = await this.protocol.SmppSession.bind(this.settings, this.deliver, this.stopping.signal);
      this.lastTrouble = '';
      this.logger.log(`bound to ${this.settings.host}:${String(this.settings.port)}`);
      return session;
    } catch (error) {
      this.complain(`cannot bind: ${failureReason(error)}`);
      return undefined;
    }
  }

  /** Says each trouble once, not at every attempt. */
  private complain(trouble: string): void {
    if (trouble !== this.lastTrouble && !this.stopping.signal.aborted) this.logger.warn(trouble);
    this.lastTrouble = trouble;
  }
}
