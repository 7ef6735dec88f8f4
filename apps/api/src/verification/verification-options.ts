import type { ConfigService } from '@nestjs/config';
import {
  RedisSmsCodeStorage,
  type HumanChallenge,
  type RedisClient,
  type SmsGateway,
  type SmsVerificationOptions,
} from '@app/sms-verification';
import { abuseOptions } from '../abuse/abuse-options';
import type { Settings } from '../config/settings';

/** The settings in the library's terms, the same for the application and for its operators' commands. */
export function verificationOptions(
  settings: ConfigService<Settings, true>,
  gateway: SmsGateway,
  challenge?: HumanChallenge,
  redis?: RedisClient,
): SmsVerificationOptions {
  return {
    ...settings.get('verification', { infer: true }),
    gateway,
    abuse: abuseOptions(settings.get('abuse', { infer: true }), challenge, redis),
    storage:
      redis === undefined
        ? undefined
        : new RedisSmsCodeStorage(redis, undefined, settings.get('durability', { infer: true })),
  };
}
