import { Matches } from 'class-validator';
import { SubjectDto } from './subject.dto';
import { VERIFICATION_ID } from './verification-id';

/** Body of `POST /auth/sms/status`. */
export class StatusDto extends SubjectDto {
  @Matches(VERIFICATION_ID.pattern, { message: VERIFICATION_ID.message })
  readonly verificationId!: string;
}
