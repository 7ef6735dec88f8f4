import { Program } from './program';

/** A PDU as Wireshark's dissector reads it: field names without their prefix, values as it prints them. */
export type DissectedPdu = Readonly<Record<string, string>>;

/** What passes over loopback to and from one port, read by tshark. */
export class SmppCapture {
  private constructor(private readonly tshark: Program) {}

  static async on(port: number): Promise<SmppCapture> {
    const filter = ['-i', 'lo', '-f', `tcp port ${String(port)}`];
    const decode = ['-d', `tcp.port==${String(port)},smpp`, '-Y', 'smpp'];
    const tshark = new Program('tshark', [...filter, ...decode, '-T', 'ek', '-l']);
    // Said when the capture runs with its filter in place.
    await tshark.said('Capture started');
    return new SmppCapture(tshark);
  }

  /** The PDUs so far, in order, as soon as one of this command is among them. */
  async upTo(commandId: string): Promise<readonly DissectedPdu[]> {
    await this.tshark.until(() => this.pdus().some((pdu) => pdu['command_id'] === commandId));
    return this.pdus();
  }

  stop(): Promise<void> {
    return this.tshark.stop();
  }

  private pdus(): readonly DissectedPdu[] {
    return this.tshark.lines.filter((line) => line.startsWith('{"timestamp"')).flatMap(pdusIn);
  }
}

/** One packet may carry several PDUs. */
function pdusIn(line: string): readonly DissectedPdu[] {
  const { layers } = JSON.parse(line) as { layers: { smpp?: unknown } };
  const found = Array.isArray(layers.smpp) ? (layers.smpp as unknown[]) : [layers.smpp];
  return found.map((pdu) =>
    Object.fromEntries(
      Object.entries(pdu as Record<string, unknown>).map(([name, value]) => [
        name.replace(/^smpp_smpp_/, ''),
        String(value),
      ]),
    ),
  );
}
