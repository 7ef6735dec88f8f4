import { createHmac, randomUUID } from 'node:crypto';
import {
  SmsGateway,
  WebhookForgedError,
  type DeliveryReport,
  type SmsMessage,
  type SmsReceipt,
  type WebhookRequest,
} from '@app/sms-verification';
import { needsUnicode } from '../http/needs-unicode';
import { notAccepted, notUnderstood } from '../http/outcomes';
import { post } from '../http/post';
import { sameText } from '../http/same-text';

export interface KannelSmsGatewayOptions {
  /** The smsbox, such as `http://127.0.0.1:13013`, or the whole URL of its `sendsms`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The sender that the person sees. */
  readonly from: string;
  /** Where Kannel reports delivery, and the secret by which its reports are known. Without it, it does not. */
  readonly reports?: { readonly callbackUrl: string; readonly secret: string };
}

/** Final reports alone: 1 delivered to the phone, 2 not delivered, 16 refused by the carrier. */
const DLR_MASK = '19';

const STATES: ReadonlyMap<unknown, DeliveryReport['state']> = new Map([
  ['1', 'delivered'],
  ['2', 'undelivered'],
  ['16', 'undelivered'],
]);

/** `0: Accepted for delivery`, and `3: Queued for later delivery` while no carrier is connected. */
const ACCEPTANCE = /^[03]:/;

/**
 * Carries messages by Kannel's smsbox.
 *
 * Kannel returns no id of a message, so we make our own and hand it over in the URL of the report, beside a key
 * that is derived from the secret and good for this message alone: smsbox writes those URLs into its log. Text and
 * password go in body and headers, and so into no log of URLs.
 */
export class KannelSmsGateway extends SmsGateway {
  private readonly url: string;
  private readonly headers: Headers;

  /** @throws TypeError when the URL is none, or a value is not of printable ASCII */
  constructor(private readonly options: KannelSmsGatewayOptions) {
    super();
    const url = new URL(options.url);
    if (url.pathname === '/') url.pathname = '/cgi-bin/sendsms';
    this.url = url.href;
    this.headers = new Headers({
      'content-type': 'text/plain; charset=UTF-8',
      'x-kannel-username': inHeader('username', options.username),
      'x-kannel-password': inHeader('password', options.password),
      'x-kannel-from': inHeader('sender', options.from),
    });
  }

  override async send({ phone, text }: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    const id = randomUUID();
    const headers = new Headers(this.headers);
    headers.set('x-kannel-to', phone.e164);
    headers.set('x-kannel-coding', needsUnicode(text) ? '2' : '0');
    if (this.options.reports !== undefined) {
      const { callbackUrl, secret } = this.options.reports;
      headers.set('x-kannel-dlr-mask', DLR_MASK);
      headers.set('x-kannel-dlr-url', reportUrl(callbackUrl, id, keyOf(id, secret)));
    }
    const answer = await post('kannel', this.url, headers, text, signal);
    if (answer.status >= 300) throw notAccepted('kannel', answer.status);
    if (!ACCEPTANCE.test(answer.body)) throw notUnderstood('kannel');
    return { messageId: id };
  }

  override readWebhook({ url }: WebhookRequest): readonly DeliveryReport[] {
    const parameters = new URL(url).searchParams;
    const messageId = parameters.get('id');
    const key = parameters.get('key');
    const secret = this.options.reports?.secret;
    if (
      messageId === null ||
      key === null ||
      secret === undefined ||
      !sameText(keyOf(messageId, secret), key)
    ) {
      throw new WebhookForgedError('the key of the delivery report is missing or wrong');
    }
    const state = STATES.get(parameters.get('status'));
    return state === undefined ? [] : [{ messageId, state }];
  }
}

/** Node's own complaint about a header quotes the value, and one of them is a password. */
function inHeader(name: string, value: string): string {
  if (!/^[\x20-\x7e]+$/.test(value)) throw new TypeError(`Kannel's ${name} must be of printable ASCII`);
  return value;
}

function keyOf(id: string, secret: string): string {
  return createHmac('sha256', secret).update(id).digest('hex');
}

/** Kannel fills in `%d`, the kind of report; a `%` of ours has to be doubled to stay one. */
function reportUrl(callbackUrl: string, id: string, key: string): string {
  const url = new URL(callbackUrl);
  url.searchParams.set('id', id);
  url.searchParams.set('key', key);
  url.searchParams.set('status', '');
  return `${url.href.replace(/%/g, '%%')}%d`;
}
