import { PURPOSE_PATTERN, type PhoneNumber } from '@app/sms-verification';
import { Matches } from 'class-validator';
import { PhoneDto } from '../../http/phone.dto';

/** A phone and a purpose, as all that is done with a verification names them. */
export class SubjectDto extends PhoneDto {
  @Matches(PURPOSE_PATTERN, { message: 'must be the name of a purpose, such as login' })
  readonly purpose!: string;

  /** The parsed phone with the purpose. Throws PhoneInvalidError, PhoneNotSupportedError. */
  subject(): { phone: PhoneNumber; purpose: string } {
    return { phone: this.number(), purpose: this.purpose };
  }
}
