import { PHONE_PATTERN, PhoneNumber } from '@app/sms-verification';
import { IsOptional, Matches } from 'class-validator';

/** A phone, as every body under /auth/sms names it that names one. */
export class PhoneDto {
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
