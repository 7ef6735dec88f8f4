/** What a provider says later of a message that it accepted. */
export interface DeliveryReport {
  /** The gateway's own name for the message, as its receipt gave it. */
  readonly messageId: string;
  /** `undelivered` is final: the provider has given up. */
  readonly state: 'delivered' | 'undelivered';
}

/** An HTTP request with which a provider reports delivery, before anything of it is believed. */
export interface WebhookRequest {
  /** The whole URL that the provider called, as it knows it: some sign it. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body byte for byte: signatures are made over it. */
  readonly body: Buffer;
}

/** The request is not the provider's: its signature or secret is missing or wrong. */
export class WebhookForgedError extends Error {
  constructor(message = 'the signature of the delivery report is missing or wrong') {
    super(message);
    this.name = WebhookForgedError.name;
  }
}
