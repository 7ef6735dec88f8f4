/** What this project uses of the package smpp 0.5, which brings no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  /** A text or payload as the package hands it over: decoded where it knows the encoding, else the octets. */
  export interface DecodedMessage {
    readonly message: string | Buffer;
    readonly udh?: readonly Buffer[];
  }

  export type PduFields = Readonly<Record<string, number | string | Buffer>>;

  export class PDU {
    constructor(command: string, fields?: PduFields);
    readonly command: string;
    readonly command_id: number;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly system_id?: string;
    readonly password?: string;
    readonly system_type?: string;
    readonly interface_version?: number;
    readonly message_id?: string;
    readonly source_addr_ton?: number;
    readonly source_addr_npi?: number;
    readonly source_addr?: string;
    readonly dest_addr_ton?: number;
    readonly dest_addr_npi?: number;
    readonly destination_addr?: string;
    readonly esm_class?: number;
    readonly registered_delivery?: number;
    readonly data_coding?: number;
    readonly short_message?: DecodedMessage;
    readonly message_payload?: DecodedMessage;
    readonly receipted_message_id?: string;
    readonly message_state?: number;
    readonly sar_msg_ref_num?: number;
    readonly sar_total_segments?: number;
    readonly sar_segment_seqnum?: number;
    isResponse(): boolean;
    /** The response to this request; a generic_nack for a command that the package does not know. */
    response(fields?: PduFields): PDU;
  }

  export class Session extends EventEmitter {
    constructor(options: { readonly socket: Socket });
    readonly socket: Socket;
    /** Writes a PDU, numbering it if it is a request. False: the socket takes nothing any more. */
    send(pdu: PDU): boolean;
    pause(): void;
    resume(): void;
    destroy(): void;
    override on(event: 'pdu' | 'unknown', listener: (pdu: PDU) => void): this;
    override on(event: 'error', listener: (error: Error) => void): this;
    override on(event: 'close', listener: () => void): this;
  }

  export interface ServerOptions {
    readonly key?: string | Buffer;
    readonly cert?: string | Buffer;
  }

  export function createServer(options: ServerOptions, listener: (session: Session) => void): NetServer;
}
