import { Controller, Get, Header, Query } from '@nestjs/common';
import { InvalidRequestError, isVerificationError, PhoneNumber } from '@app/sms-verification';
import { InboxSmsGateway } from '@app/sms-gateways';

/** Shows what the inbox gateway keeps. Part of the application outside production alone. */
@Controller('dev/inbox')
export class InboxController {
  constructor(private readonly inbox: InboxSmsGateway) {}

  @Get('messages')
  @Header('cache-control', 'no-store')
  messages(@Query('phone') phone?: unknown) {
    return this.inbox.messages(phone === undefined ? undefined : readPhone(phone)).map((message) => ({
      ...message,
      phone: message.phone.e164,
    }));
  }
}

function readPhone(phone: unknown): PhoneNumber {
  try {
    // In a query a plus sign means a space; people type it all the same.
    if (typeof phone === 'string') return PhoneNumber.parse(phone.replace(/^ /, '+'));
  } catch (error) {
    if (!isVerificationError(error)) throw error;
  }
  throw new InvalidRequestError([
    { field: 'phone', message: 'must be one phone number, such as +14155550100' },
  ]);
}
