import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/redis-server';
import { Program } from './program';

const FAKESMSC = '/usr/lib/kannel/test/fakesmsc';
const LOOPBACK = '127.0.0.1';

/** Who may send over the smsbox. */
export const KANNEL_ACCOUNT = { username: 'tester', password: 'p@ss word' };

/** The carrier that bearerbox hands messages to: Kannel's own fake, or an SMPP server on this port. */
export type KannelCarrier = 'fakesmsc' | { readonly smppPort: number };

/** A whole Kannel on loopback: bearerbox with its carrier, and smsbox before it. */
export class Kannel {
  private constructor(
    private readonly folder: string,
    private readonly adminUrl: string,
    /** The smsbox. */
    readonly url: string,
    private readonly programs: Program[],
  ) {}

  static async start(carrier: KannelCarrier): Promise<Kannel> {
    const [admin, boxes, sendsms, fake] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const folder = mkdtempSync(join(tmpdir(), 'sms-verification-kannel-'));
    const configuration = join(folder, 'kannel.conf');
    writeFileSync(
      configuration,
      groups(
        core(admin, boxes),
        carrier === 'fakesmsc' ? fakeCarrier(fake) : smppCarrier(carrier.smppPort),
        smsbox(sendsms),
        account(),
      ),
    );
    const url = `http://${LOOPBACK}:${String(sendsms)}`;
    const kannel = new Kannel(folder, `http://${LOOPBACK}:${String(admin)}`, url, []);
    try {
      await kannel.run(configuration, carrier, fake);
    } catch (error) {
      await kannel.stop();
      throw error;
    }
    return kannel;
  }

  /** Bearerbox's own page about itself, its boxes and its carriers. */
  async status(): Promise<string> {
    const response = await fetch(`${this.adminUrl}/status.txt?password=admin`);
    return response.text();
  }

  /** Everything its programs have said so far. */
  get lines(): readonly string[] {
    return this.programs.flatMap(({ lines }) => lines);
  }

  /** The first line that any of its programs says with all of these words in it. */
  said(...words: readonly string[]): Promise<string> {
    return Promise.any(this.programs.map((program) => program.said(...words)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(configuration: string, carrier: KannelCarrier, fake: number): Promise<void> {
    const bearerbox = this.begin('bearerbox', '-v', '0', configuration);
    await bearerbox.said('MAIN: Start-up done, entering mainloop');
    if (carrier === 'fakesmsc') {
      this.begin(FAKESMSC, '-H', LOOPBACK, '-r', String(fake), '-m', '0', '1 2 text nop');
      await bearerbox.said('Fakesmsc client connected');
    }
    const box = this.begin('smsbox', '-v', '0', configuration);
    await box.said('Connected to bearerbox');
    await bearerbox.said('Client connected from');
  }

  private begin(name: string, ...parameters: readonly string[]): Program {
    const program = new Program(name, parameters);
    this.programs.push(program);
    return program;
  }
}

type Group = Readonly<Record<string, string | number>>;

/** Kannel's configuration: groups of `name = value`, with an empty line between them. */
function groups(...all: readonly Group[]): string {
  return all
    .map((group) =>
      Object.entries(group)
        .map(([name, value]) => `${name} = ${typeof value === 'number' ? String(value) : `"${value}"`}\n`)
        .join(''),
    )
    .join('\n');
}

const core = (admin: number, boxes: number): Group => ({
  group: 'core',
  'admin-port': admin,
  'admin-interface': LOOPBACK,
  'admin-password': 'admin',
  'smsbox-port': boxes,
  'smsbox-interface': LOOPBACK,
  'box-deny-ip': '*.*.*.*',
  'box-allow-ip': LOOPBACK,
});

const fakeCarrier = (port: number): Group => ({
  group: 'smsc',
  smsc: 'fake',
  'smsc-id': 'carrier',
  host: LOOPBACK,
  port,
  'connect-allow-ip': LOOPBACK,
});

const smppCarrier = (port: number): Group => ({
  group: 'smsc',
  smsc: 'smpp',
  'smsc-id': 'carrier',
  host: LOOPBACK,
  port,
  'transceiver-mode': 'true',
  'smsc-username': 'kannel',
  'smsc-password': 'geheim',
  'system-type': 'VMA',
  'source-addr-autodetect': 'true',
});

const smsbox = (port: number): Group => ({
  group: 'smsbox',
  'bearerbox-host': LOOPBACK,
  'sendsms-port': port,
  'sendsms-interface': LOOPBACK,
});

const account = (): Group => ({
  group: 'sendsms-user',
  ...KANNEL_ACCOUNT,
  concatenation: 'true',
  'max-messages': 10,
});
