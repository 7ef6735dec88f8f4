import { PHONE_PATTERN, PhoneNumber, PURPOSE_PATTERN } from '@app/sms-verification';
import { IsOptional, Matches } from 'class-validator';

/** A phone and a purpose, as every request under /auth/sms names them. */
export class SubjectDto {
  /** E.164, or the national form with `region`. */
  @Matches(PHONE_PATTERN, { message: 'must be a phone number, such as +14155550100' })
  readonly phone!: string;

  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'must be a country in ISO 3166-1 alpha-2, such as US' })
  readonly region?: string;

  @Matches(PURPOSE_PATTERN, { message: 'must be the name of a purpose, such as login' })
  readonly purpose!: string;

  /** The parsed phone with the purpose. Throws PhoneInvalidError, PhoneNotSupportedError. */
  subject(): { phone: PhoneNumber; purpose: string } {
    return { phone: PhoneNumber.parse(this.phone, this.region), purpose: this.purpose };
  }
}
