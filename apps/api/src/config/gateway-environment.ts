import { IsIn, IsOptional } from 'class-validator';
import { RedisEnvironment } from './redis-environment';
import { parseList } from './text-formats';
import { MustBe, WholeNumber } from './validators';

/** The gateways there are, by the names that settings, events and webhooks use. */
export const GATEWAY_NAMES = ['inbox', 'twilio', 'aws', 'vonage', 'smpp', 'kannel', 'webhook'] as const;
export type GatewayName = (typeof GATEWAY_NAMES)[number];

export const isGatewayName = (text: string): text is GatewayName =>
  GATEWAY_NAMES.some((name) => name === text);

/** Whether the text is a list of gateways, none twice. */
export function isGatewayList(text: string): boolean {
  const names = parseList(text);
  return names.every(isGatewayName) && new Set(names).size === names.length;
}

const Text = (what: string): PropertyDecorator => MustBe(what, (text) => /^[\x21-\x7e]{1,256}$/.test(text));
const HttpUrl = (): PropertyDecorator =>
  MustBe(
    'a URL that begins with http:// or https://',
    (text) => /^https?:\/\/./.test(text) && URL.canParse(text),
  );

/** The variables that tell each gateway its account. Those of gateways that are not used need not be set. */
export class GatewayEnvironment extends RedisEnvironment {
  @IsOptional()
  @MustBe(`names separated by commas, of ${GATEWAY_NAMES.join(', ')}, none twice`, isGatewayList)
  SMS_GATEWAYS?: string;

  @WholeNumber([100, 60_000])
  SMS_GATEWAY_TIMEOUT_MS = 3_000;

  @IsOptional()
  @HttpUrl()
  PUBLIC_URL?: string;

  @IsOptional()
  @Text('the account SID')
  TWILIO_ACCOUNT_SID?: string;

  @IsOptional()
  @Text('the auth token')
  TWILIO_AUTH_TOKEN?: string;

  @IsOptional()
  @Text('a number of the account, or a sender name')
  TWILIO_FROM?: string;

  @IsOptional()
  @Text('the SID of a messaging service')
  TWILIO_MESSAGING_SERVICE_SID?: string;

  @IsOptional()
  @Text('a region, such as eu-west-1')
  AWS_REGION?: string;

  @IsOptional()
  @Text('a number, sender id or pool, by id or ARN')
  AWS_ORIGINATION_IDENTITY?: string;

  @IsOptional()
  @Text('the name of a configuration set')
  AWS_CONFIGURATION_SET?: string;

  @IsOptional()
  @Text('the API key')
  VONAGE_API_KEY?: string;

  @IsOptional()
  @Text('the API secret')
  VONAGE_API_SECRET?: string;

  @IsOptional()
  @Text('a number without +, or a sender name')
  VONAGE_FROM?: string;

  @IsOptional()
  @Text('the signature secret')
  VONAGE_SIGNATURE_SECRET?: string;

  @IsIn(['md5hash', 'md5', 'sha1', 'sha256', 'sha512'], {
    message: 'must be md5hash, md5, sha1, sha256 or sha512',
  })
  VONAGE_SIGNATURE_METHOD: 'md5hash' | 'md5' | 'sha1' | 'sha256' | 'sha512' = 'sha256';

  @IsOptional()
  @MustBe(
    'a URL that begins with smpp:// or smpps://',
    (text) => /^smpps?:\/\/./.test(text) && URL.canParse(text),
  )
  SMPP_URL?: string;

  @IsOptional()
  @Text('the system_id')
  SMPP_SYSTEM_ID?: string;

  @IsOptional()
  @Text('the password')
  SMPP_PASSWORD?: string;

  @IsOptional()
  @Text('the system_type')
  SMPP_SYSTEM_TYPE?: string;

  @IsOptional()
  @Text('what the person sees as the sender')
  SMPP_SOURCE_ADDR?: string;

  @WholeNumber([0, 255])
  SMPP_DATA_CODING = 0;

  @WholeNumber([1, 10_000])
  SMPP_WINDOW = 10;

  @IsOptional()
  @HttpUrl()
  KANNEL_URL?: string;

  @IsOptional()
  @Text('the user of sendsms')
  KANNEL_USERNAME?: string;

  @IsOptional()
  @Text('the password of sendsms')
  KANNEL_PASSWORD?: string;

  @IsOptional()
  @Text('what the person sees as the sender')
  KANNEL_FROM?: string;

  @IsOptional()
  @MustBe('a secret of at least 32 characters', (text) => text.length >= 32)
  KANNEL_DLR_SECRET?: string;

  @IsOptional()
  @HttpUrl()
  WEBHOOK_URL?: string;

  @IsOptional()
  @MustBe('a secret of at least 32 characters', (text) => text.length >= 32)
  WEBHOOK_SECRET?: string;
}

/** What each gateway cannot do without. */
export const REQUIRED_BY_GATEWAY: Readonly<Record<GatewayName, readonly (keyof GatewayEnvironment)[]>> = {
  inbox: [],
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
  aws: ['AWS_REGION', 'AWS_ORIGINATION_IDENTITY'],
  vonage: ['VONAGE_API_KEY', 'VONAGE_API_SECRET', 'VONAGE_FROM'],
  smpp: ['SMPP_URL', 'SMPP_SYSTEM_ID', 'SMPP_PASSWORD'],
  kannel: ['KANNEL_URL', 'KANNEL_USERNAME', 'KANNEL_PASSWORD', 'KANNEL_FROM'],
  webhook: ['WEBHOOK_URL', 'WEBHOOK_SECRET'],
};
