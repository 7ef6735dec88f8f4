import { HEADER_LENGTH, type Pdu } from './pdu';
import { readPdu } from './read-pdu';

const LENGTH_FIELD = 4;

/** The longest PDU that is taken: far above what a message of 255 octets, or a receipt, can need. */
const LONGEST_PDU = 16_384;

/** A command_length that no PDU has: from here on nobody knows where the next PDU begins. */
export class NoPduError extends Error {
  constructor() {
    super('what the SMSC sent is no PDU');
  }
}

/**
 * Finds the PDUs in a stream, however it is cut into chunks (SMPP 3.4 §3.2.2: first the length, then the rest). Holds
 * one unfinished PDU and no more, and makes room for it only when its length has been found good.
 */
export class PduReader {
  private unfinished = Buffer.alloc(LENGTH_FIELD);
  private filled = 0;

  /**
   * Takes what has arrived, and gives the PDUs that end in it.
   *
   * @throws NoPduError
   */
  *push(chunk: Buffer): Generator<Pdu> {
    let at = 0;
    while (at < chunk.length) {
      const copied = chunk.copy(this.unfinished, this.filled, at);
      at += copied;
      this.filled += copied;
      if (this.filled < this.unfinished.length) return;
      if (this.filled === LENGTH_FIELD) this.makeRoom(this.unfinished.readUInt32BE(0));
      else yield readPdu(this.take());
    }
  }

  private makeRoom(commandLength: number): void {
    if (commandLength < HEADER_LENGTH || commandLength > LONGEST_PDU) throw new NoPduError();
    this.unfinished = Buffer.concat([this.unfinished], commandLength);
  }

  private take(): Buffer {
    const octets = this.unfinished;
    this.unfinished = Buffer.alloc(LENGTH_FIELD);
    this.filled = 0;
    return octets;
  }
}
