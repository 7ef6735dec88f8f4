/** What is used of the package `@aws-sdk/client-pinpoint-sms-voice-v2` 3. */
export interface AwsSdk {
  readonly PinpointSMSVoiceV2Client: new (options: {
    readonly region: string;
    readonly maxAttempts: 1;
    readonly endpoint?: string;
    readonly credentials?: AwsCredentials;
  }) => AwsClient;
  readonly SendTextMessageCommand: new (input: SendTextMessageInput) => SendTextMessageCommand;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SendTextMessageInput {
  readonly DestinationPhoneNumber: string;
  readonly OriginationIdentity: string;
  readonly MessageBody: string;
  readonly MessageType: 'TRANSACTIONAL';
  readonly ConfigurationSetName?: string;
}

export interface SendTextMessageCommand {
  readonly input: SendTextMessageInput;
}

export interface AwsClient {
  send(
    command: SendTextMessageCommand,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{ readonly MessageId?: unknown }>;
  destroy(): void;
}

/** An error of the SDK's: with `$metadata.httpStatusCode` when the service answered. All of it unchecked. */
export interface AwsFault {
  readonly name?: unknown;
  readonly Reason?: unknown;
  readonly Fields?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}
