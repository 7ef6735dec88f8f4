import { createHmac } from 'node:crypto';
import {
  AltchaHumanChallenge,
  HcaptchaHumanChallenge,
  InProcessSpentChallenges,
  RedisSpentChallenges,
  TurnstileHumanChallenge,
  type HumanChallenge,
  type RedisClient,
} from '@app/sms-verification';

/** Which challenge is used, and the account with whom it is. */
export interface ChallengeSettings {
  readonly kind: 'none' | 'altcha' | 'turnstile' | 'hcaptcha';
  readonly siteKey?: string | undefined;
  readonly secret?: string | undefined;
}

/** The part of the settings that challenges are made of. */
export interface SettingsForChallenge {
  readonly abuse: { readonly challenge: ChallengeSettings };
  readonly verification: { readonly phoneKey: string };
}

/** Makes the challenge that the settings name; none when they name none. */
export function createChallenge(
  settings: SettingsForChallenge,
  redis?: RedisClient,
): HumanChallenge | undefined {
  const { kind, siteKey = '', secret = '' } = settings.abuse.challenge;
  const spent =
    redis === undefined ? new InProcessSpentChallenges(Date.now) : new RedisSpentChallenges(redis);
  switch (kind) {
    case 'none':
      return undefined;
    case 'altcha':
      return new AltchaHumanChallenge({ key: keyOf(settings), spent, now: Date.now });
    case 'turnstile':
      return new TurnstileHumanChallenge({ siteKey, secret, spent });
    case 'hcaptcha':
      return new HcaptchaHumanChallenge({ siteKey, secret, spent });
  }
}

/** A key of its own, for which nobody has to keep another secret. */
function keyOf({ verification }: SettingsForChallenge): string {
  return createHmac('sha256', verification.phoneKey).update('human challenge').digest('base64url');
}
