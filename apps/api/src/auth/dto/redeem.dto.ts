import { PURPOSE_PATTERN } from '@app/sms-verification';
import { Matches } from 'class-validator';

/** Body of `POST /auth/sms/redeem`. */
export class RedeemDto {
  @Matches(/^[A-Za-z0-9_.-]{1,128}$/, { message: 'must be the token that verify returned' })
  readonly token!: string;

  @Matches(PURPOSE_PATTERN, { message: 'must be the name of a purpose, such as login' })
  readonly purpose!: string;
}
