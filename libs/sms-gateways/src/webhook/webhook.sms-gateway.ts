import { randomUUID } from 'node:crypto';
import {
  DestinationInvalidError,
  SmsGateway,
  WebhookForgedError,
  type DeliveryReport,
  type SmsMessage,
  type SmsReceipt,
  type WebhookRequest,
} from '@app/sms-verification';
import { notAccepted } from '../http/outcomes';
import { parseObject } from '../http/parse-object';
import { post } from '../http/post';
import { isBodySigned, SIGNATURE_HEADER, signBody } from './body-signature';

export interface WebhookSmsGatewayOptions {
  /** What takes the messages. */
  readonly url: string;
  /** Signs the messages, and the delivery reports that come back. */
  readonly secret: string;
  /** Sends the bare code beside the text, for a receiver with templates of its own. */
  readonly includeCode?: boolean;
  /** Milliseconds since 1970, for the time of a signature. */
  readonly now?: () => number;
}

const STATES: ReadonlyMap<unknown, DeliveryReport['state']> = new Map([
  ['delivered', 'delivered'],
  ['undelivered', 'undelivered'],
]);

/**
 * Hands messages to anything that takes a signed POST of JSON `{ id, to, text, purpose, code? }`.
 *
 * The `verificationId` is not sent: beside the code it would let the receiver verify in the person's place.
 */
export class WebhookSmsGateway extends SmsGateway {
  private readonly url: string;
  private readonly now: () => number;

  /** @throws TypeError when the URL is none */
  constructor(private readonly options: WebhookSmsGatewayOptions) {
    super();
    this.url = new URL(options.url).href;
    this.now = options.now ?? Date.now;
  }

  override async send(message: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    const { phone, text, purpose, code } = message;
    const id = randomUUID();
    const body = JSON.stringify({
      id,
      to: phone.e164,
      text,
      purpose,
      ...(this.options.includeCode === true ? { code } : {}),
    });
    const headers = {
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signBody(body, this.options.secret, this.now()),
    };
    const answer = await post('webhook', this.url, headers, body, signal);
    const said = parseObject(answer.body);
    if (answer.status === 422 || said?.['error'] === 'destination_invalid') {
      throw new DestinationInvalidError('webhook says that the number gets no messages');
    }
    if (answer.status >= 300) throw notAccepted('webhook', answer.status);
    return { messageId: nameIn(said) ?? id };
  }

  override readWebhook({ headers, body }: WebhookRequest): readonly DeliveryReport[] {
    if (!isBodySigned(body, headers[SIGNATURE_HEADER], this.options.secret, this.now())) {
      throw new WebhookForgedError();
    }
    const report = parseObject(body.toString('utf8'));
    const messageId = nameIn(report);
    const state = STATES.get(report?.['state']);
    return messageId === undefined || state === undefined ? [] : [{ messageId, state }];
  }
}

/** The receiver's own name for the message, where it gives a usable one; ours serves otherwise. */
function nameIn(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const name = body?.['messageId'];
  return typeof name === 'string' && name !== '' && name.length <= 200 ? name : undefined;
}
