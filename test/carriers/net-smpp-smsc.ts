import { join } from 'node:path';
import { Program } from './program';

/** What the SMSC says that arrived: the command as `event`, and its fields by the names of SMPP 3.4. */
export type Arrival = Readonly<Record<string, string | number>> & { readonly event: string };

/** What the SMSC sends in a deliver_sm. */
export type Delivery = Readonly<Record<string, string | number>>;

/** An SMSC of other hands: Net::SMPP, a Perl implementation of the protocol, in a process of its own. */
export class NetSmppSmsc {
  private constructor(
    private readonly program: Program,
    readonly port: number,
  ) {}

  static async start(): Promise<NetSmppSmsc> {
    const program = new Program('perl', [join(__dirname, 'net-smpp-smsc.pl')]);
    await program.until(() => arrivalsIn(program).length > 0);
    return new NetSmppSmsc(program, Number(arrivalsIn(program)[0]?.['port']));
  }

  /** All that arrived under this command so far. */
  arrivals(event: string): readonly Arrival[] {
    return arrivalsIn(this.program).filter((arrival) => arrival.event === event);
  }

  async arrived(event: string, times = 1): Promise<readonly Arrival[]> {
    await this.program.until(() => this.arrivals(event).length >= times);
    return this.arrivals(event);
  }

  answerNextWith(...statuses: readonly number[]): void {
    this.program.tell(JSON.stringify({ statuses }));
  }

  deliver(fields: Delivery): void {
    this.program.tell(JSON.stringify({ deliver: fields }));
  }

  unbind(): void {
    this.program.tell(JSON.stringify({ unbind: 1 }));
  }

  /** Stops it in its tracks: its connections stay open and silent. */
  freeze(): void {
    this.program.signal('SIGSTOP');
  }

  thaw(): void {
    this.program.signal('SIGCONT');
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}

function arrivalsIn({ lines }: Program): readonly Arrival[] {
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Arrival);
}
