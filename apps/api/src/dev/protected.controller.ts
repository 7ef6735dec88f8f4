import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { VerifiedPhone, type PhoneNumber } from '@app/sms-verification';

/** A route such as the application protects with a proof: one line does it, and the handler gets the phone. */
@Controller('dev/protected')
export class ProtectedController {
  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @VerifiedPhone('login')
  enter(@VerifiedPhone() phone: PhoneNumber): { phone: string } {
    return { phone: phone.masked };
  }
}
