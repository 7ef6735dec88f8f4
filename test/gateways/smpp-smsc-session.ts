import type { Socket } from 'node:net';
import type { CommandName } from '../../libs/sms-gateways/src/smpp/codec/commands';
import { responseTo, type Pdu } from '../../libs/sms-gateways/src/smpp/codec/pdu';
import { PduReader } from '../../libs/sms-gateways/src/smpp/codec/pdu-reader';
import { writePdu, type OutgoingPdu } from '../../libs/sms-gateways/src/smpp/codec/write-pdu';

/** What a PDU says, status and sequence number included. */
export type Said = Partial<Omit<OutgoingPdu, 'command'>>;

/** One connection of the SMSC, from its side. */
export class SmscSession {
  private readonly reader = new PduReader();
  private sequence = 0;

  constructor(
    readonly socket: Socket,
    listener: (pdu: Pdu) => void,
  ) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const pdu of this.reader.push(chunk)) listener(pdu);
    });
  }

  request(command: CommandName, said: Said = {}): void {
    this.write({ sequence_number: (this.sequence += 1), ...said, command });
  }

  respond(request: Pdu, said: Said = {}): void {
    this.write({ ...said, command: responseTo(request), sequence_number: request.sequence_number });
  }

  destroy(): void {
    this.socket.destroy();
  }

  private write(pdu: OutgoingPdu): void {
    if (this.socket.writable) this.socket.write(writePdu(pdu));
  }
}
