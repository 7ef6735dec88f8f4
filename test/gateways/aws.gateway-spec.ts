import { createHash, createHmac } from 'node:crypto';
import { AwsSmsGateway, type AwsSmsGatewayOptions } from '../../libs/sms-gateways/src/aws/aws.sms-gateway';
import { loadSdk } from '../../libs/sms-gateways/src/load-sdk';
import { describeHttpGateway } from './http-gateway-contract';
import { LoopbackPeer, type ReceivedRequest } from './loopback-peer';
import type * as OutsideJest from './outside-jest';
import { freshMessage, outcomeOf, patience, UNICODE_TEXT } from './messages';

jest.mock('@aws-sdk/client-pinpoint-sms-voice-v2', () =>
  jest
    .requireActual<typeof OutsideJest>('./outside-jest')
    .requireOutsideJest('@aws-sdk/client-pinpoint-sms-voice-v2'),
);

const REGION = 'eu-west-1';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-access-key' };

function create(url: string, options: Partial<AwsSmsGatewayOptions> = {}): AwsSmsGateway {
  return new AwsSmsGateway({
    region: REGION,
    originationIdentity: 'pool-1',
    credentials: CREDENTIALS,
    endpoint: url,
    ...options,
  });
}

/** Signature version 4 of what arrived, as the service would compute it. */
function signatureOf({ method, target, headers, body }: ReceivedRequest): string {
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ?? [];
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const signed = names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [method, target, '', signed.join(''), names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${CREDENTIALS.secretAccessKey}`,
    );
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Errors of the service: type, reason, the field at fault, and what they mean here. */
const ANSWERS = [
  ['ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT', undefined, 'destination_invalid'],
  [
    'ConflictException',
    'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
    undefined,
    'destination_invalid',
  ],
  ['ConflictException', 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED', undefined, 'refused'],
  ['ConflictException', 'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', undefined, 'refused'],
  ['ValidationException', 'INVALID_PARAMETER', 'destinationPhoneNumber', 'destination_invalid'],
  ['ValidationException', 'FIELD_VALIDATION_FAILED', 'DestinationPhoneNumber', 'destination_invalid'],
  ['ValidationException', 'CANNOT_PARSE', 'DestinationPhoneNumber', 'destination_invalid'],
  ['ValidationException', 'INVALID_PARAMETER', 'OriginationIdentity', 'refused'],
  ['ValidationException', 'DESTINATION_COUNTRY_BLOCKED', 'DestinationPhoneNumber', 'refused'],
  ['ValidationException', 'SENDER_ID_NOT_REGISTERED', undefined, 'refused'],
  ['ThrottlingException', undefined, undefined, 'refused'],
  ['ServiceQuotaExceededException', 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', undefined, 'refused'],
  ['AccessDeniedException', 'ACCOUNT_DISABLED', undefined, 'refused'],
  ['ResourceNotFoundException', undefined, undefined, 'refused'],
  ['InternalServerException', undefined, undefined, 'refused'],
  ['SomethingNewException', undefined, undefined, 'refused'],
] as const;

describe(AwsSmsGateway.name, () => {
  describeHttpGateway({ create, acceptedStatus: 200 });

  let peer: LoopbackPeer;

  beforeEach(async () => {
    peer = await LoopbackPeer.start();
  });
  afterEach(() => peer.close());

  it('asks SendTextMessage for one transactional message', async () => {
    peer.answers(200, { MessageId: 'm-1' });
    const message = freshMessage(UNICODE_TEXT);
    const gateway = create(peer.url, { configurationSet: 'codes' });
    expect(await gateway.send(message, patience())).toEqual({ messageId: 'm-1' });
    await gateway.close();
    const { method, target, headers, body } = peer.onlyRequest;
    expect(`${method} ${target}`).toBe('POST /');
    expect(headers['x-amz-target']).toBe('PinpointSMSVoiceV2.SendTextMessage');
    expect(headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(JSON.parse(body)).toEqual({
      DestinationPhoneNumber: message.phone.e164,
      OriginationIdentity: 'pool-1',
      MessageBody: UNICODE_TEXT,
      MessageType: 'TRANSACTIONAL',
      ConfigurationSetName: 'codes',
    });
  });

  it('signs the request for the region and the service', async () => {
    peer.answers(200, { MessageId: 'm-1' });
    const gateway = create(peer.url);
    await gateway.send(freshMessage(), patience());
    await gateway.close();
    const authorization = peer.onlyRequest.headers.authorization ?? '';
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sms-voice\/aws4_request, /,
    );
    expect(authorization.endsWith(`Signature=${signatureOf(peer.onlyRequest)}`)).toBe(true);
  });

  it.each(ANSWERS)(
    'takes %s %s of field %s for %s, and asks no second time',
    async (type, reason, field, outcome) => {
      const message = freshMessage();
      const { e164 } = message.phone;
      peer.answers(type === 'InternalServerException' ? 500 : 400, {
        __type: `com.amazonaws.pinpointsmsvoicev2#${type}`,
        Message: `${e164} is wrong`,
        Reason: reason,
        ...(field === undefined ? {} : { Fields: [{ Name: field, Message: `${e164} is wrong` }] }),
      });
      const gateway = create(peer.url);
      expect(await outcomeOf(gateway.send(message, patience()), message)).toBe(outcome);
      expect(peer.requests).toHaveLength(1);
      await gateway.close();
    },
  );

  it('knows the reasons by which it judges from the SDK, which has them from the service', () => {
    const sdk = loadSdk('@aws-sdk/client-pinpoint-sms-voice-v2') as Record<string, Record<string, string>>;
    for (const [type, reason] of ANSWERS) {
      if (reason !== undefined) expect(sdk[`${type}Reason`]).toHaveProperty(reason);
    }
  });

  it('has no webhook', () => {
    expect(create(peer.url)).not.toHaveProperty('readWebhook');
  });
});
