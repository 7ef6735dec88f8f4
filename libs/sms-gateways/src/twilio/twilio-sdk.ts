/** What is used of the package `twilio` 6. */
export interface TwilioSdk {
  readonly Twilio: new (
    accountSid: string,
    authToken: string,
    options: { readonly httpClient: TwilioRequestClient; readonly autoRetry: false },
  ) => TwilioClient;
  readonly RequestClient: new () => TwilioRequestClient;
  validateRequest(
    authToken: string,
    signature: string,
    url: string,
    parameters: Readonly<Record<string, string | readonly string[]>>,
  ): boolean;
}

/** The SDK's way to the network: an instance of its `RequestClient`, or of a subclass. */
export interface TwilioRequestClient {
  readonly axios: {
    readonly interceptors: {
      readonly request: {
        use<Config extends { signal?: AbortSignal }>(change: (config: Config) => Config): number;
      };
    };
  };
  request(options: { uri: string }): Promise<unknown>;
}

export interface TwilioClient {
  readonly messages: {
    create(
      parameters: { to: string; body: string; statusCallback?: string } & TwilioSender,
    ): Promise<TwilioMessage>;
  };
}

/** A number or sender id of the account's, or a messaging service that chooses one. */
export type TwilioSender = { readonly from: string } | { readonly messagingServiceSid: string };

/** Unchecked: the SDK hands on whatever the answer held. */
export interface TwilioMessage {
  readonly sid?: unknown;
  readonly status?: unknown;
  readonly errorCode?: unknown;
}
