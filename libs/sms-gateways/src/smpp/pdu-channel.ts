import type { Socket } from 'node:net';
import type { CommandName } from './codec/commands';
import type { PduFields } from './codec/fields';
import { isResponse, responseTo, type Pdu } from './codec/pdu';
import { PduReader } from './codec/pdu-reader';
import { writePdu } from './codec/write-pdu';
import { failureReason } from './failure-reason';
import { RequestNotSentError, RequestUnansweredError } from './request-errors';
import { SequenceNumbers } from './sequence-numbers';

/** A peer that asks on and on and does not read our answers must not fill the memory with them. */
const MOST_UNREAD_ANSWERS = 10_000;

interface PendingRequest {
  readonly resolve: (response: Pdu) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What the owner of a channel does with what arrives on it. Nothing here may throw. */
export interface PduListener {
  /** Anything arrived: the peer lives. */
  heard(): void;
  /** The peer asks for something and awaits an answer. */
  requested(pdu: Pdu): void;
}

/** Requests and responses over one connection: knows who waits for which response. */
export class PduChannel {
  /** Settles, with the reason, when the connection is gone. */
  readonly closed: Promise<string>;
  private readonly reader = new PduReader();
  private readonly sequenceNumbers = new SequenceNumbers();
  private readonly pending = new Map<number, PendingRequest>();
  private unreadAnswers = 0;
  private reason = 'the SMSC closed the connection';

  constructor(
    private readonly socket: Socket,
    private readonly listener: PduListener,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.take(this.reader.push(chunk));
    });
    socket.on('error', (error) => {
      this.destroy(failureReason(error));
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
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
  request(command: CommandName, fields: PduFields, timeoutMs: number): Promise<Pdu> {
    return new Promise((resolve, reject) => {
      const sequence = this.send(command, fields);
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
  notify(command: CommandName): void {
    if (this.socket.writable) this.send(command, {});
  }

  /** Answers a request, with a status other than ESME_ROK to refuse what it asks. */
  respond(request: Pdu, status = 0): void {
    this.answer(responseTo(request), request, status);
  }

  /** Tells the peer that its request is none (SMPP 3.4 §4.3). */
  nack(request: Pdu, status: number): void {
    this.answer('generic_nack', request, status);
  }

  /** Ends the connection when all that was written has left, or after so long: the peer may not read it. */
  end(reason: string, withinMs: number): void {
    this.reason = reason;
    this.socket.destroySoon();
    const timer = setTimeout(() => {
      this.socket.destroy();
    }, withinMs);
    void this.closed.then(() => {
      clearTimeout(timer);
    });
  }

  /** Drops the connection at once. */
  destroy(reason: string): void {
    this.reason = reason;
    this.socket.destroy();
  }

  /** Heeds what has arrived, in its order; `waiting` came before it. */
  private take(pdus: Generator<Pdu>, waiting?: Pdu): void {
    let answered = false;
    try {
      if (waiting !== undefined) this.listener.requested(waiting);
      for (let next = pdus.next(); next.done !== true; next = pdus.next()) {
        if (this.socket.destroyed) return;
        const pdu = next.value;
        this.listener.heard();
        if (isResponse(pdu)) {
          this.pending.get(pdu.sequence_number)?.resolve(pdu);
          answered = true;
        } else if (answered) {
          this.takeLater(pdus, pdu);
          return;
        } else {
          this.listener.requested(pdu);
        }
      }
    } catch (error) {
      this.destroy(failureReason(error));
    }
  }

  /**
   * Whoever was waiting for a response goes on before what came behind it is heeded: a receipt names a message by what
   * the response has called it. Nothing else arrives meanwhile.
   */
  private takeLater(pdus: Generator<Pdu>, waiting: Pdu): void {
    this.socket.pause();
    setImmediate(() => {
      if (this.socket.destroyed) return;
      this.socket.resume();
      this.take(pdus, waiting);
    });
  }

  /** Returns the sequence number. */
  private send(command: CommandName, fields: PduFields): number {
    if (!this.socket.writable) throw new RequestNotSentError('the link to the SMSC is closing');
    const sequence = this.sequenceNumbers.next(this.pending);
    try {
      this.socket.write(writePdu({ ...fields, command, sequence_number: sequence }));
    } catch (error) {
      throw new RequestNotSentError(failureReason(error), { cause: error });
    }
    return sequence;
  }

  private answer(command: CommandName, { sequence_number }: Pdu, status: number): void {
    if (!this.socket.writable) return;
    this.unreadAnswers += 1;
    this.socket.write(writePdu({ command, command_status: status, sequence_number }), () => {
      this.unreadAnswers -= 1;
    });
    if (this.unreadAnswers > MOST_UNREAD_ANSWERS) this.destroy('the SMSC does not read our answers');
  }
}
