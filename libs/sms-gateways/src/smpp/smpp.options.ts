import type { ConnectionOptions } from 'node:tls';
import { isOctetText } from './octet-text';

/** How a text longer than one segment is carried. */
export type LongMessages =
  /** Each segment begins with a user data header (3GPP TS 23.040 §9.2.3.24.1): what every SMSC knows. */
  | 'udh'
  /** The SMSC writes the header, from the sar_ parameters (SMPP 3.4 §5.3.2.22). */
  | 'sar'
  /** The SMSC splits: the whole text goes as message_payload (SMPP 3.4 §5.3.2.32). */
  | 'payload';

/** How an SMSC writes message ids: as they are, or numbers of which only the value counts. */
export type MessageIdFormat = 'verbatim' | 'decimal' | 'hex';

/** Where the SMSC is, who we are to it, and how it wants to be spoken to. */
export interface SmppOptions {
  readonly host: string;
  readonly port: number;
  /** True for TLS with the system's certificate authorities; an object for certificates of your own. */
  readonly tls?: boolean | ConnectionOptions;
  readonly systemId: string;
  readonly password: string;
  /** Default: none. */
  readonly systemType?: string;
  /** What the person sees as the sender: digits, `+` and digits, or up to 11 letters. Default: the SMSC's choice. */
  readonly sourceAddr?: string;
  /** Type of number and numbering plan (SMPP 3.4 §5.2.5, §5.2.6). Default: told from `sourceAddr`. */
  readonly sourceTon?: number;
  readonly sourceNpi?: number;
  /** Default: 1, international. */
  readonly destTon?: number;
  /** Default: 1, ISDN (E.164). */
  readonly destNpi?: number;
  /** Submits that may be unanswered at once. Default: 10, as SMPP 3.4 §2.7.1 advises. */
  readonly window?: number;
  /** Submits that may wait for a place in the window; further ones are refused at once. Default: 1000. */
  readonly queueLimit?: number;
  /** How long an answer to a submit may take before its outcome counts as unknown. Default: 5000. */
  readonly submitTimeoutMs?: number;
  /** How long the link may be silent before it is asked for a sign of life. Default: 2000. */
  readonly enquireLinkMs?: number;
  /** How long that sign may take before the link counts as dead. Default: 1500. */
  readonly enquireTimeoutMs?: number;
  /** How long connecting and binding may take together. Default: 3000. */
  readonly bindTimeoutMs?: number;
  /** How long a send waits for a link that is just being made. Default: 1000. */
  readonly bindWaitMs?: number;
  /** The waits between attempts to bind double from the first to the second, with jitter. Default: 100, 1500. */
  readonly rebindMinMs?: number;
  readonly rebindMaxMs?: number;
  /** The waits after a throttling answer double from the first to the second, with jitter. Default: 200, 2000. */
  readonly throttleMinMs?: number;
  readonly throttleMaxMs?: number;
  /**
   * What plain text is sent as: 0 (default) or any value not named here: GSM 03.38 under that value; 1: ASCII;
   * 3: Latin-1; 8: UCS-2. A text that does not fit goes as UCS-2 under 8.
   */
  readonly dataCoding?: number;
  /** Default: `udh`. */
  readonly longMessages?: LongMessages;
  /** How submit_sm_resp and receipts write the id, where they differ. Default: `verbatim`. */
  readonly responseIdFormat?: MessageIdFormat;
  readonly receiptIdFormat?: MessageIdFormat;
  /** Statuses that mean that the number can get no message. Default: ESME_RINVDSTADR, 0x0b. */
  readonly invalidDestinationStatuses?: readonly number[];
}

type Optional = 'sourceAddr' | 'sourceTon' | 'sourceNpi';

/** The options with every default filled in. */
export type SmppSettings = Required<Omit<SmppOptions, Optional>> & Pick<SmppOptions, Optional>;

const DEFAULTS = {
  tls: false,
  systemType: '',
  destTon: 1,
  destNpi: 1,
  window: 10,
  queueLimit: 1_000,
  submitTimeoutMs: 5_000,
  // A silent link is found dead after 3.5 s and bound anew within 5 s (promise F14): so the two below and the
  // limits of binding and rebinding belong together. A carrier that wants fewer enquiries makes it slower.
  enquireLinkMs: 2_000,
  enquireTimeoutMs: 1_500,
  bindTimeoutMs: 3_000,
  bindWaitMs: 1_000,
  rebindMinMs: 100,
  rebindMaxMs: 1_500,
  throttleMinMs: 200,
  throttleMaxMs: 2_000,
  dataCoding: 0,
  longMessages: 'udh',
  responseIdFormat: 'verbatim',
  receiptIdFormat: 'verbatim',
  invalidDestinationStatuses: [0x0b],
} as const satisfies Partial<SmppOptions>;

const TIMES = [
  'submitTimeoutMs',
  'enquireLinkMs',
  'enquireTimeoutMs',
  'bindTimeoutMs',
  'bindWaitMs',
  'rebindMinMs',
  'rebindMaxMs',
  'throttleMinMs',
  'throttleMaxMs',
] as const;
/** What a timer of Node can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * @throws RangeError when a value does not fit its field on the wire
 */
export function smppSettings(options: SmppOptions): SmppSettings {
  const settings: SmppSettings = { ...DEFAULTS, ...options };
  within('dataCoding', settings.dataCoding, 0, 255);
  within('window', settings.window, 1, 10_000);
  within('port', settings.port, 1, 65_535);
  for (const name of ['sourceTon', 'sourceNpi', 'destTon', 'destNpi'] as const) {
    within(name, settings[name] ?? 0, 0, 255);
  }
  for (const name of TIMES) within(name, settings[name], 1, LONGEST_TIMER_MS);
  // SMPP 3.4 §4.1.5, §5.2: the fields' sizes without the closing NUL. Only the password may be longer: many SMSCs
  // take more than the eight characters of the specification.
  within('the length of systemId', settings.systemId.length, 0, 15);
  within('the length of password', settings.password.length, 0, 255);
  within('the length of systemType', settings.systemType.length, 0, 12);
  within('the length of sourceAddr', settings.sourceAddr?.length ?? 0, 0, 20);
  for (const name of ['systemId', 'password', 'systemType', 'sourceAddr'] as const) {
    if (isOctetText(settings[name] ?? '')) continue;
    throw new RangeError(`smpp: ${name} must be of Latin-1 characters, and none of them NUL`);
  }
  return settings;
}

function within(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`smpp: ${name} must be between ${String(least)} and ${String(most)}`);
}
