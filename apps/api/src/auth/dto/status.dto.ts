import { IsOptional, Matches } from 'class-validator';
import { RECOGNITION } from './recognition';
import { SubjectDto } from './subject.dto';
import { VERIFICATION_ID } from './verification-id';

/** Body of `POST /auth/sms/status`. */
export class StatusDto extends SubjectDto {
  @Matches(VERIFICATION_ID.pattern, { message: VERIFICATION_ID.message })
  readonly verificationId!: string;

  /** The recognition token that the send came with, if any. */
  @IsOptional()
  @Matches(RECOGNITION.pattern, { message: RECOGNITION.message })
  readonly recognition?: string;
}
