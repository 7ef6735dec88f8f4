import { IsOptional, Matches } from 'class-validator';
import { SubjectDto } from './subject.dto';
import { VERIFICATION_ID } from './verification-id';

/** Body of `POST /auth/sms/send`. */
export class SendDto extends SubjectDto {
  /** The verification whose code is to be sent again. */
  @IsOptional()
  @Matches(VERIFICATION_ID.pattern, { message: VERIFICATION_ID.message })
  readonly verificationId?: string;
}
