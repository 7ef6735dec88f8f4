import {
  DestinationInvalidError,
  OutcomeUnknownError,
  SmsGateway,
  SmsGatewayError,
  WebhookForgedError,
  type DeliveryReport,
  type SmsMessage,
  type SmsReceipt,
  type WebhookRequest,
} from '@app/sms-verification';
import { loadSdk } from '../load-sdk';
import { needsUnicode } from '../http/needs-unicode';
import { notAccepted, notAnswered, notUnderstood, refuseIfAborted } from '../http/outcomes';
import { parseObject } from '../http/parse-object';
import { untilAborted } from '../http/until-aborted';
import type { VonageAuthSdk, VonageClient, VonagePart, VonageSmsSdk } from './vonage-sdk';
import { isSignedByVonage, type VonageSignatureMethod } from './vonage-signature';

export interface VonageSmsGatewayOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** A number of the account's, without `+`, or a sender id. */
  readonly from: string;
  /** Where Vonage reports delivery, instead of what the account's settings say. */
  readonly callbackUrl?: string;
  /** The account's signature secret and method. Without it no report is believed. */
  readonly signature?: { readonly secret: string; readonly method: VonageSignatureMethod };
  /** Instead of `https://rest.nexmo.com`. */
  readonly host?: string;
  /** When the SDK gives up a request that nobody waits for any longer. */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970, for the age of a signature. */
  readonly now?: () => number;
}

const ACCEPTED = '0';

/** What Vonage says of the number itself: barred (it blocked or opted out), deactivated. */
const DESTINATION_STATUSES: ReadonlySet<unknown> = new Set(['7', '33']);

const STATES: ReadonlyMap<unknown, DeliveryReport['state']> = new Map([
  ['delivered', 'delivered'],
  ['failed', 'undelivered'],
  ['rejected', 'undelivered'],
  ['expired', 'undelivered'],
]);

/** How far a signature's time may be from ours. */
const TOLERANCE_MS = 5 * 60_000;

/** Carries messages by Vonage's SMS API (once Nexmo), through its official SDK. */
export class VonageSmsGateway extends SmsGateway {
  private readonly client: VonageClient;

  /** @throws SdkMissingError when `@vonage/sms` or `@vonage/auth` is not installed */
  constructor(private readonly options: VonageSmsGatewayOptions) {
    super();
    const { Auth } = loadSdk('@vonage/auth') as VonageAuthSdk;
    const { SMS } = loadSdk('@vonage/sms') as VonageSmsSdk;
    const { apiKey, apiSecret, host, timeoutMs = 10_000 } = options;
    this.client = new SMS(new Auth({ apiKey, apiSecret }), {
      timeout: timeoutMs,
      ...(host === undefined ? {} : { restHost: host }),
    });
  }

  override async send({ phone, text }: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    refuseIfAborted('vonage', signal);
    const { from, callbackUrl } = this.options;
    const sending = this.client.send({
      from,
      to: phone.e164.slice(1),
      text,
      type: needsUnicode(text) ? 'unicode' : 'text',
      ...(callbackUrl === undefined ? {} : { statusReportReq: true, callback: callbackUrl }),
    });
    try {
      const { messages } = await untilAborted('vonage', sending, signal);
      return receiptOf(messages ?? []);
    } catch (error) {
      throw error instanceof SmsGatewayError ? error : failure(error);
    }
  }

  override readWebhook(request: WebhookRequest): readonly DeliveryReport[] {
    const { signature, now = Date.now } = this.options;
    const parameters = readParameters(request);
    if (signature === undefined || parameters === undefined) throw new WebhookForgedError();
    const age = Math.abs(now() - Number(parameters.get('timestamp')) * 1_000);
    if (!isSignedByVonage(parameters, signature.secret, signature.method) || !(age <= TOLERANCE_MS)) {
      throw new WebhookForgedError();
    }
    const messageId = parameters.get('messageId');
    const state = STATES.get(parameters.get('status'));
    return messageId === undefined || state === undefined ? [] : [{ messageId, state }];
  }
}

/** The account's settings choose between the query of a GET, a form and JSON. */
function readParameters({ url, headers, body }: WebhookRequest): ReadonlyMap<string, string> | undefined {
  if (headers['content-type']?.startsWith('application/json') === true) {
    const entries = Object.entries(parseObject(body.toString('utf8')) ?? {});
    return entries.every(isScalar)
      ? new Map(entries.map(([name, value]) => [name, String(value)]))
      : undefined;
  }
  return new Map(body.length > 0 ? new URLSearchParams(body.toString('utf8')) : new URL(url).searchParams);
}

function isScalar(entry: [string, unknown]): entry is [string, string | number | boolean] {
  return ['string', 'number', 'boolean'].includes(typeof entry[1]);
}

function receiptOf(parts: readonly VonagePart[]): SmsReceipt {
  const failed = parts.find((part) => part.status !== ACCEPTED);
  if (failed !== undefined) throw refusal(parts, failed);
  const id = parts[0]?.messageId;
  if (typeof id !== 'string' || id === '') throw notUnderstood('vonage');
  return { messageId: id };
}

function refusal(parts: readonly VonagePart[], { status }: VonagePart): SmsGatewayError {
  if (parts.some((part) => part.status === ACCEPTED)) {
    return new OutcomeUnknownError('vonage accepted a part of the text only');
  }
  if (typeof status !== 'string') return notUnderstood('vonage');
  return DESTINATION_STATUSES.has(status)
    ? new DestinationInvalidError(`vonage says that the number gets no messages (status ${status})`)
    : notAccepted('vonage', 200, `status ${status}`);
}

/**
 * The SDK throws an error with the messages in `response` when one was not accepted, with the HTTP response there
 * for any other answer, and whatever kept an answer from coming. Its classes are not asked: it takes a refusal of
 * the whole for one of a part, because Vonage writes the count of messages as a string.
 */
function failure(error: unknown): SmsGatewayError {
  const response: unknown =
    typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
  if (typeof response === 'object' && response !== null) {
    if ('messages' in response && Array.isArray(response.messages)) {
      const parts = response.messages as readonly VonagePart[];
      const failed = parts.find((part) => part.status !== ACCEPTED);
      if (failed !== undefined) return refusal(parts, failed);
    }
    if ('status' in response && typeof response.status === 'number' && response.status >= 300) {
      return notAccepted('vonage', response.status);
    }
  }
  return notAnswered('vonage', error);
}
