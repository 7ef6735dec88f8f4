/** What is used of the package `@vonage/auth` 1. */
export interface VonageAuthSdk {
  readonly Auth: new (options: { readonly apiKey: string; readonly apiSecret: string }) => object;
}

/** What is used of the package `@vonage/sms` 1. */
export interface VonageSmsSdk {
  readonly SMS: new (
    auth: object,
    options: { readonly timeout: number; readonly restHost?: string },
  ) => VonageClient;
}

export interface VonageClient {
  send(parameters: {
    readonly from: string;
    readonly to: string;
    readonly text: string;
    readonly type: 'text' | 'unicode';
    readonly statusReportReq?: boolean;
    readonly callback?: string;
  }): Promise<VonageAnswer>;
}

/** Unchecked: the SDK hands on whatever the answer held. One entry for each part of a long text. */
export interface VonageAnswer {
  readonly messages?: readonly VonagePart[];
}

export interface VonagePart {
  readonly status?: unknown;
  readonly messageId?: unknown;
}
