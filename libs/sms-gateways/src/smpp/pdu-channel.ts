import type { Socket } from 'node:net';
import type * as Smpp from 'smpp';
import type { PDU, PduFields, Session } from 'smpp';
import { failureReason } from './failure-reason';

/** The request never left this process. */
export class RequestNotSentError extends Error {}

/** The request left, and no answer to it came. */
export class RequestUnansweredError extends Error {}

interface PendingRequest {
  readonly resolve: (response: PDU) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What the owner of a channel does with what arrives on it. Nothing here may throw. */
export interface PduListener {
  /** Anything arrived: the peer lives. */
  heard(): void;
  /** The peer asks for something and awaits an answer. */
  requested(pdu: PDU): void;
}

/**
 * Requests and responses over one connection. The package smpp reads and writes the PDUs; who waits for which
 * response is kept here, because the package forgets its waiting callbacks when the link drops and keeps those that
 * are never answered.
 */
export class PduChannel {
  /** Settles, with the reason, when the connection is gone. */
  readonly closed: Promise<string>;
  private readonly session: Session;
  private readonly pending = new Map<number, PendingRequest>();
  private reason = 'the SMSC closed the connection';

  constructor(
    private readonly smpp: typeof Smpp,
    socket: Socket,
    listener: PduListener,
  ) {
    this.session = new smpp.Session({ socket });
    this.session.on('pdu', (pdu) => {
      listener.heard();
      if (pdu.isResponse()) this.settle(pdu);
      else listener.requested(pdu);
    });
    // A socket that failed, or octets that are no PDU: the package has lost its place in the stream for good.
    this.session.on('error', (error) => {
      this.destroy('code' in error ? failureReason(error) : 'what the SMSC sent is no PDU');
    });
    this.closed = new Promise((resolve) => {
      this.session.on('close', () => {
        for (const { reject } of this.pending.values()) {
          reject(new RequestUnansweredError('the link to the SMSC dropped before it answered'));
        }
        resolve(this.reason);
      });
    });
  }

  /**
   * Sends a request and waits for the response with its sequence number, of whatever command: a generic_nack
   * answers too (SMPP 3.4 §4.3).
   *
   * @throws RequestNotSentError, RequestUnansweredError
   */
  request(command: string, fields: PduFields, timeoutMs: number): Promise<PDU> {
    return new Promise((resolve, reject) => {
      const sequence = this.write(command, fields);
      if (sequence === undefined) {
        reject(new RequestNotSentError('the link to the SMSC is closing'));
        return;
      }
      const forget = (): void => {
        clearTimeout(timer);
        this.pending.delete(sequence);
      };
      const timer = setTimeout(() => {
        forget();
        reject(new RequestUnansweredError('the SMSC did not answer in time'));
      }, timeoutMs);
      this.pending.set(sequence, {
        timer,
        resolve: (response) => {
          forget();
          resolve(response);
        },
        reject: (error) => {
          forget();
          reject(error);
        },
      });
    });
  }

  /** Sends a request whose response matters only as a sign of life. */
  notify(command: string): void {
    this.write(command, {});
  }

  respond(request: PDU, fields: PduFields = {}): void {
    this.session.send(request.response(fields));
  }

  /** Tells the peer that its request is none (SMPP 3.4 §4.3). */
  refuse(request: PDU, status: number): void {
    const { sequence_number } = request;
    this.session.send(new this.smpp.PDU('generic_nack', { command_status: status, sequence_number }));
  }

  /** Ends the connection when all that was written has left. */
  end(reason: string): void {
    this.reason = reason;
    this.session.socket.destroySoon();
  }

  /** Drops the connection at once. */
  destroy(reason: string): void {
    this.reason = reason;
    this.session.destroy();
  }

  /** The sequence number, or undefined when the connection takes nothing any more. */
  private write(command: string, fields: PduFields): number | undefined {
    const pdu = new this.smpp.PDU(command, fields);
    try {
      return this.session.send(pdu) ? pdu.sequence_number : undefined;
    } catch {
      return undefined;
    }
  }

  private settle(response: PDU): void {
    this.pending.get(response.sequence_number)?.resolve(response);
  }
}
