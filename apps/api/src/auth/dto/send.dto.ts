import type { MessageFormatChoice } from '@app/sms-verification';
import { IsOptional, Matches } from 'class-validator';
import { RECOGNITION } from './recognition';
import { SubjectDto } from './subject.dto';
import { VERIFICATION_ID } from './verification-id';

/** Body of `POST /auth/sms/send`. */
export class SendDto extends SubjectDto {
  /** The verification whose code is to be sent again. */
  @IsOptional()
  @Matches(VERIFICATION_ID.pattern, { message: VERIFICATION_ID.message })
  readonly verificationId?: string;

  /** What an earlier verify on this device returned as `recognition.token`. */
  @IsOptional()
  @Matches(RECOGNITION.pattern, { message: RECOGNITION.message })
  readonly recognition?: string;

  /** The answer to a challenge, when one is required. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9+/=._~-]{1,2900}$/, { message: 'must be the answer to the challenge, as text' })
  readonly challenge?: string;

  /** The language of the message, in BCP 47; otherwise Accept-Language chooses. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9-]{2,35}$/, { message: 'must be a language tag, such as pt-BR' })
  readonly locale?: string;

  /** How the client reads the code by itself, with a host or a hash where there are several. */
  @IsOptional()
  @Matches(/^(plain|web-otp(:[a-z0-9.-]{1,253})?|android(:[A-Za-z0-9+/]{11})?)$/, {
    message: 'must be plain, web-otp or android, such as web-otp:auth.example.com',
  })
  readonly format?: string;

  /** The format in the library's terms. */
  messageFormat(): MessageFormatChoice | undefined {
    const [kind, detail] = this.format?.split(':') ?? [];
    if (kind === 'web-otp') return { kind, host: detail };
    if (kind === 'android') return { kind, appHash: detail };
    return undefined;
  }
}
