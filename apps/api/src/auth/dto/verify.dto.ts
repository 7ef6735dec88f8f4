import { IsOptional, Matches } from 'class-validator';
import { RECOGNITION } from './recognition';
import { SubjectDto } from './subject.dto';
import { VERIFICATION_ID } from './verification-id';

/** Body of `POST /auth/sms/verify`. */
export class VerifyDto extends SubjectDto {
  /** Digits; spaces and hyphens between them are ignored. */
  @Matches(/^[0-9][0-9 -]{4,22}[0-9]$/, { message: 'must be the digits of the message, as a string' })
  readonly code!: string;

  /** Returned by send. Required, unless the service runs with SMS_BINDING=optional. */
  @IsOptional()
  @Matches(VERIFICATION_ID.pattern, { message: VERIFICATION_ID.message })
  readonly verificationId?: string;

  /** The recognition token that the send came with, if any. */
  @IsOptional()
  @Matches(RECOGNITION.pattern, { message: RECOGNITION.message })
  readonly recognition?: string;
}
