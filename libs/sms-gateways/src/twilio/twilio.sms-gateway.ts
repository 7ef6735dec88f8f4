import { AsyncLocalStorage } from 'node:async_hooks';
import {
  DestinationInvalidError,
  SmsGateway,
  WebhookForgedError,
  type DeliveryReport,
  type SmsGatewayError,
  type SmsMessage,
  type SmsReceipt,
  type WebhookRequest,
} from '@app/sms-verification';
import { loadSdk } from '../load-sdk';
import { notAccepted, notAnswered, notUnderstood, refuseIfAborted } from '../http/outcomes';
import type { TwilioClient, TwilioRequestClient, TwilioSdk, TwilioSender } from './twilio-sdk';

export interface TwilioSmsGatewayOptions {
  readonly accountSid: string;
  /** Signs the delivery reports, too. */
  readonly authToken: string;
  readonly sender: TwilioSender;
  /** Where Twilio reports delivery. Without it, it does not. */
  readonly callbackUrl?: string;
  /** Another way to the network, such as a proxy: an instance of a subclass of the SDK's `RequestClient`. */
  readonly requestClient?: TwilioRequestClient;
}

/**
 * What Twilio says of the number itself, so that no other gateway would fare better: not a number, not reachable,
 * not a mobile, a landline. 21610 is among them: the person answered STOP, and going round that by another
 * provider is what carriers punish. Not among them are 21408 (the account may not send to that country) and
 * 21612 (this sender cannot reach that number): another gateway may.
 */
const DESTINATION_CODES: ReadonlySet<unknown> = new Set([21211, 21214, 21217, 21610, 21614, 21635]);

const STATES: ReadonlyMap<unknown, DeliveryReport['state']> = new Map([
  ['delivered', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'undelivered'],
]);

/** Carries messages by Twilio's Programmable Messaging, through its official SDK. */
export class TwilioSmsGateway extends SmsGateway {
  private readonly sdk = loadSdk('twilio') as TwilioSdk;
  private readonly client: TwilioClient;
  /** The signal of the call under way: the SDK passes none down to its HTTP client. */
  private readonly signals = new AsyncLocalStorage<AbortSignal>();

  /** @throws SdkMissingError when the package `twilio` is not installed */
  constructor(private readonly options: TwilioSmsGatewayOptions) {
    super();
    const httpClient = options.requestClient ?? new this.sdk.RequestClient();
    httpClient.axios.interceptors.request.use((config) => {
      const signal = this.signals.getStore();
      if (signal !== undefined) config.signal = signal;
      return config;
    });
    this.client = new this.sdk.Twilio(options.accountSid, options.authToken, {
      httpClient,
      autoRetry: false,
    });
  }

  override async send({ phone, text }: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    refuseIfAborted('twilio', signal);
    const { sender, callbackUrl } = this.options;
    const message = await this.signals
      .run(signal, () =>
        this.client.messages.create({
          to: phone.e164,
          body: text,
          ...sender,
          ...(callbackUrl === undefined ? {} : { statusCallback: callbackUrl }),
        }),
      )
      .catch((error: unknown) => {
        throw failure(error);
      });
    if (message.status === 'failed') throw refusal(201, message.errorCode);
    if (typeof message.sid !== 'string' || message.sid === '') throw notUnderstood('twilio');
    return { messageId: message.sid };
  }

  /** Twilio's signature has no time in it; a report that is played back says nothing new. */
  override readWebhook({ url, headers, body }: WebhookRequest): readonly DeliveryReport[] {
    const form = new URLSearchParams(body.toString('utf8'));
    const parameters = Object.fromEntries(
      [...new Set(form.keys())].map((name) => {
        const values = form.getAll(name);
        return [name, values.length === 1 ? (values[0] ?? '') : values];
      }),
    );
    const signature = headers['x-twilio-signature'] ?? '';
    if (!this.sdk.validateRequest(this.options.authToken, signature, url, parameters)) {
      throw new WebhookForgedError();
    }
    const messageId = form.get('MessageSid');
    const state = STATES.get(form.get('MessageStatus'));
    return messageId === null || state === undefined ? [] : [{ messageId, state }];
  }
}

/** The SDK throws the answer's `status` and Twilio's own `code`, or whatever kept an answer from coming. */
function failure(error: unknown): SmsGatewayError {
  if (typeof error === 'object' && error !== null && 'status' in error) {
    const { status } = error;
    if (typeof status === 'number' && status >= 300) {
      return refusal(status, 'code' in error ? error.code : undefined);
    }
  }
  return notAnswered('twilio', error);
}

function refusal(status: number, code: unknown): SmsGatewayError {
  if (DESTINATION_CODES.has(code)) {
    return new DestinationInvalidError(`twilio says that the number gets no messages (${String(code)})`);
  }
  return notAccepted('twilio', status, typeof code === 'number' ? `error ${String(code)}` : undefined);
}
