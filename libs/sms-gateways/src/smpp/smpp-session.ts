import type { PduFields } from './codec/fields';
import type { Pdu } from './codec/pdu';
import {
  describeStatus,
  ESME_RINVBNDSTS,
  ESME_RINVCMDID,
  ESME_RINVCMDLEN,
  ESME_ROK,
  ESME_RX_T_APPN,
} from './command-status';
import { connect } from './connect';
import { PduChannel } from './pdu-channel';
import type { SmppSettings } from './smpp.options';

/** SMPP 3.4 §5.2.4. */
const INTERFACE_VERSION = 0x34;

/** Takes a message from the SMSC. If it throws, the SMSC is told to bring the message again. */
export type DeliveryListener = (pdu: Pdu) => void;

/** A bound link to the SMSC, from bind to unbind or loss: asks for signs of life, and answers what the SMSC asks. */
export class SmppSession {
  private readonly channel: PduChannel;
  /** What the SMSC may ask of us. */
  private readonly answers: Readonly<Partial<Record<Pdu['command'], (pdu: Pdu) => void>>> = {
    enquire_link: (pdu) => {
      this.channel.respond(pdu);
    },
    deliver_sm: (pdu) => {
      this.receive(pdu);
    },
    data_sm: (pdu) => {
      this.receive(pdu);
    },
    unbind: (pdu) => {
      this.channel.respond(pdu);
      this.channel.end('the SMSC unbound', this.settings.enquireTimeoutMs);
    },
    // Has no response (SMPP 3.4 §4.12).
    alert_notification: () => undefined,
  };
  private idle: NodeJS.Timeout | undefined;
  private dead: NodeJS.Timeout | undefined;

  private constructor(
    socket: Awaited<ReturnType<typeof connect>>,
    private readonly settings: SmppSettings,
    private readonly deliver: DeliveryListener,
  ) {
    this.channel = new PduChannel(socket, {
      heard: () => {
        this.heard();
      },
      requested: (pdu) => {
        this.answer(pdu);
      },
    });
    void this.channel.closed.then(() => {
      clearTimeout(this.idle);
      clearTimeout(this.dead);
    });
  }

  /**
   * Connects and binds as transceiver, within `bindTimeoutMs` for both.
   *
   * @throws when the SMSC is out of reach, silent, or does not let us in
   */
  static async bind(
    settings: SmppSettings,
    deliver: DeliveryListener,
    stop: AbortSignal,
  ): Promise<SmppSession> {
    const limit = new AbortController();
    const end = (): void => {
      limit.abort();
    };
    const timer = setTimeout(end, settings.bindTimeoutMs);
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    try {
      const socket = await connect(settings, limit.signal);
      const session = new SmppSession(socket, settings, deliver);
      limit.signal.addEventListener('abort', () => {
        session.channel.destroy('binding took too long');
      });
      await session.bindTransceiver();
      return session;
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      const reason = `the SMSC did not let us in within ${String(settings.bindTimeoutMs)} ms`;
      throw new Error(reason, { cause: error });
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
    }
  }

  /** Settles, with the reason, when the link is gone. */
  get ended(): Promise<string> {
    return this.channel.closed;
  }

  /**
   * Submits one segment and returns the SMSC's answer, whatever it is.
   *
   * @throws RequestNotSentError, RequestUnansweredError
   */
  async submit(fields: PduFields): Promise<Pdu> {
    const answer = await this.channel.request('submit_sm', fields, this.settings.submitTimeoutMs);
    if (answer.command_status === ESME_RINVBNDSTS) this.channel.destroy('the SMSC holds us for unbound');
    return answer;
  }

  /** Takes leave of the SMSC (SMPP 3.4 §4.2) and ends the connection. */
  async unbind(): Promise<void> {
    await this.channel.request('unbind', {}, this.settings.bindTimeoutMs).catch(() => undefined);
    this.channel.destroy('unbound');
    await this.ended;
  }

  private async bindTransceiver(): Promise<void> {
    const { systemId, password, systemType, bindTimeoutMs } = this.settings;
    const fields = {
      system_id: systemId,
      password,
      system_type: systemType,
      interface_version: INTERFACE_VERSION,
    };
    const answer = await this.channel.request('bind_transceiver', fields, bindTimeoutMs);
    if (answer.command === 'bind_transceiver_resp' && answer.command_status === ESME_ROK) {
      // Not before: enquire_link belongs to the bound states (SMPP 3.4 §2.3).
      this.idle = setTimeout(() => {
        this.enquire();
      }, this.settings.enquireLinkMs);
      return;
    }
    const reason = `the SMSC refused the bind: ${describeStatus(answer.command_status)}`;
    this.channel.destroy(reason);
    throw new Error(reason);
  }

  private heard(): void {
    this.idle?.refresh();
    clearTimeout(this.dead);
    this.dead = undefined;
  }

  /** SMPP 3.4 §7.2, inactivity: a peer that says nothing, not even to this, is not there. */
  private enquire(): void {
    this.channel.notify('enquire_link');
    this.dead = setTimeout(() => {
      this.channel.destroy('the SMSC does not answer enquire_link');
    }, this.settings.enquireTimeoutMs);
  }

  private answer(pdu: Pdu): void {
    const answer = this.answers[pdu.command];
    if (answer === undefined) this.channel.nack(pdu, ESME_RINVCMDID);
    else answer(pdu);
  }

  private receive(pdu: Pdu): void {
    if (!pdu.complete) {
      this.channel.nack(pdu, ESME_RINVCMDLEN);
      return;
    }
    try {
      this.deliver(pdu);
      this.channel.respond(pdu);
    } catch {
      this.channel.respond(pdu, ESME_RX_T_APPN);
    }
  }
}
