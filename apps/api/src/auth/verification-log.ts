import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SmsVerificationEvents, type SmsVerificationEvent } from '@app/sms-verification';

/** Writes one structured line for each outcome (ASVS 16.3.1), with phones masked and no codes (16.2.5). */
@Injectable()
export class VerificationLog implements OnModuleInit {
  private readonly logger = new Logger('Verification');

  constructor(private readonly events: SmsVerificationEvents) {}

  onModuleInit(): void {
    this.events.subscribe((event) => {
      // Most sends pass; a line for each would only repeat that of `sent`.
      if (event.type === 'assessed' && event.decision === 'allow') return;
      const line = logged(event);
      if (event.type === 'send_failed' || event.type === 'locked') this.logger.warn(line);
      else this.logger.log(line);
    });
  }
}

/** The event without the verification's id, which together with a code would verify a phone. */
function logged(event: SmsVerificationEvent): Record<string, unknown> {
  const { type, ...rest } = event;
  // What is undefined, JSON leaves out.
  return { event: type, ...rest, verificationId: undefined };
}
