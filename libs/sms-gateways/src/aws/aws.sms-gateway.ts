import {
  DestinationInvalidError,
  MessageRefusedError,
  SmsGateway,
  type SmsGatewayError,
  type SmsMessage,
  type SmsReceipt,
} from '@app/sms-verification';
import { loadSdk } from '../load-sdk';
import { notAccepted, notAnswered, notUnderstood, refuseIfAborted } from '../http/outcomes';
import type { AwsClient, AwsCredentials, AwsFault, AwsSdk } from './aws-sdk';

export interface AwsSmsGatewayOptions {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** A phone number, sender id or pool of the account's, by id or ARN. */
  readonly originationIdentity: string;
  /** Where the account sends its events. */
  readonly configurationSet?: string;
  /** Instead of the SDK's own chain: environment, profile, container, instance. */
  readonly credentials?: AwsCredentials;
  /** Instead of the region's own, such as a VPC endpoint. */
  readonly endpoint?: string;
}

/**
 * Conflicts about the number itself: it opted out, or the account's owner blocked it. Both are decisions to keep,
 * not to go round by another provider.
 */
const DESTINATION_CONFLICTS: ReadonlySet<unknown> = new Set([
  'DESTINATION_PHONE_NUMBER_OPTED_OUT',
  'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
]);

/** What may be wrong with the number when the service points at its field; a blocked country is not among it. */
const DESTINATION_FIELD_REASONS: ReadonlySet<unknown> = new Set([
  'CANNOT_PARSE',
  'FIELD_VALIDATION_FAILED',
  'INVALID_PARAMETER',
]);

/** The standard chain ends with this when it found no credentials: nothing was asked then. */
const NO_CREDENTIALS = 'CredentialsProviderError';

/**
 * Carries messages by AWS End User Messaging (once Pinpoint SMS), through its official SDK.
 *
 * There is no webhook: AWS reports delivery to an event destination (SNS, EventBridge, Firehose, CloudWatch) whose
 * notifications are verified with a certificate that has to be fetched first.
 */
export class AwsSmsGateway extends SmsGateway {
  private readonly sdk = loadSdk('@aws-sdk/client-pinpoint-sms-voice-v2') as AwsSdk;
  private readonly client: AwsClient;

  /** @throws SdkMissingError when the package `@aws-sdk/client-pinpoint-sms-voice-v2` is not installed */
  constructor(private readonly options: AwsSmsGatewayOptions) {
    super();
    const { region, credentials, endpoint } = options;
    this.client = new this.sdk.PinpointSMSVoiceV2Client({
      region,
      // The SDK would repeat a request whose answer got lost, and the person would get two messages.
      maxAttempts: 1,
      ...(credentials === undefined ? {} : { credentials }),
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  }

  override async send({ phone, text }: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    refuseIfAborted('aws', signal);
    const { originationIdentity, configurationSet } = this.options;
    const command = new this.sdk.SendTextMessageCommand({
      DestinationPhoneNumber: phone.e164,
      OriginationIdentity: originationIdentity,
      MessageBody: text,
      MessageType: 'TRANSACTIONAL',
      ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
    });
    const { MessageId } = await this.client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw failure(error);
    });
    if (typeof MessageId !== 'string' || MessageId === '') throw notUnderstood('aws');
    return { messageId: MessageId };
  }

  override close(): Promise<void> {
    this.client.destroy();
    return Promise.resolve();
  }
}

function failure(error: unknown): SmsGatewayError {
  const fault: AwsFault = typeof error === 'object' && error !== null ? error : {};
  const name = typeof fault.name === 'string' ? fault.name : 'unnamed';
  if (name === NO_CREDENTIALS) return new MessageRefusedError('aws was not asked: it has no credentials');
  const status = fault.$metadata?.httpStatusCode;
  if (status === undefined || status < 300) return notAnswered('aws', error);
  const reason = typeof fault.Reason === 'string' ? `${name} ${fault.Reason}` : name;
  return isAboutTheNumber(fault)
    ? new DestinationInvalidError(`aws says that the number gets no messages (${reason})`)
    : notAccepted('aws', status, reason);
}

function isAboutTheNumber({ name, Reason, Fields }: AwsFault): boolean {
  if (name === 'ConflictException') return DESTINATION_CONFLICTS.has(Reason);
  return (
    name === 'ValidationException' &&
    DESTINATION_FIELD_REASONS.has(Reason) &&
    Array.isArray(Fields) &&
    Fields.some(namesTheNumber)
  );
}

function namesTheNumber(field: unknown): boolean {
  return (
    typeof field === 'object' &&
    field !== null &&
    'Name' in field &&
    typeof field.Name === 'string' &&
    field.Name.toLowerCase() === 'destinationphonenumber'
  );
}
