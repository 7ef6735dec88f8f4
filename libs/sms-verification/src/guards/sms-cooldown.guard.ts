import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { PhoneNumber } from '../phone/phone-number';
import { PhoneInvalidError, PhoneNotSupportedError, PurposeUnknownError } from '../sms-verification.errors';
import { SmsVerificationService } from '../sms-verification.service';

/**
 * Refuses early a send that would be refused anyway, before anything is drawn, stored or handed over (rule R5).
 * The issue script stays the authority: two requests may pass this guard together, one alone passes the script.
 *
 * Steps aside for a resend, for a recognised device and for a request with an idempotency key: what those may do
 * depends on the named verification, on the device and on the first request, which the script alone can tell in one
 * step.
 *
 * Reads `phone`, `region` and `purpose` of the body. Nest runs guards before pipes, so the body is unvalidated
 * here; what is malformed is let through for the pipe and the handler to name.
 */
@Injectable()
export class SmsCooldownGuard implements CanActivate {
  constructor(private readonly verification: SmsVerificationService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { body, headers } = context.switchToHttp().getRequest<{ body?: unknown; headers: object }>();
    if ('idempotency-key' in headers) return true;
    try {
      const subject = readSubject(body);
      if (subject !== undefined) await this.verification.assertSendAllowed(subject);
    } catch (error) {
      if (!isForTheHandler(error)) throw error;
    }
    return true;
  }
}

function readSubject(body: unknown): { phone: PhoneNumber; purpose: string } | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const phone: unknown = Reflect.get(body, 'phone');
  const region: unknown = Reflect.get(body, 'region');
  const purpose: unknown = Reflect.get(body, 'purpose');
  if (typeof phone !== 'string' || typeof purpose !== 'string') return undefined;
  if ('verificationId' in body || 'recognition' in body) return undefined;
  return { phone: PhoneNumber.parse(phone, typeof region === 'string' ? region : undefined), purpose };
}

function isForTheHandler(error: unknown): boolean {
  return (
    error instanceof PhoneInvalidError ||
    error instanceof PhoneNotSupportedError ||
    error instanceof PurposeUnknownError
  );
}
