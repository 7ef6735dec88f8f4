import { PHONE_PATTERN, PhoneNumber } from '@app/sms-verification';
import { IsOptional, Matches } from 'class-validator';

/** Body of `POST /auth/sms/challenge`. */
export class ChallengeDto {
  /** E.164, or the national form with `region`. */
  @Matches(PHONE_PATTERN, { message: 'must be a phone number, such as +14155550100' })
  readonly phone!: string;

  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'must be a country in ISO 3166-1 alpha-2, such as US' })
  readonly region?: string;

  /** The parsed phone. Throws PhoneInvalidError, PhoneNotSupportedError. */
  number(): PhoneNumber {
    return PhoneNumber.parse(this.phone, this.region);
  }
}
