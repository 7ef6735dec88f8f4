import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Post,
  Query,
  Sse,
  type BeforeApplicationShutdown,
  type MessageEvent,
} from '@nestjs/common';
import { InboxSmsGateway, type InboxMessage } from '@app/sms-gateways';
import { InvalidRequestError, isVerificationError, PhoneNumber } from '@app/sms-verification';
import { Observable, ReplaySubject, takeUntil } from 'rxjs';
import { BehaviourDto } from './behaviour.dto';

/** Shows what the inbox gateway keeps, and tells it how to behave. */
@Controller('dev/inbox')
export class InboxController implements BeforeApplicationShutdown {
  private readonly shutdown = new ReplaySubject<void>(1);

  constructor(private readonly inbox: InboxSmsGateway) {}

  @Get('messages')
  @Header('cache-control', 'no-store')
  messages(@Query('phone') phone?: unknown, @Query('region') region?: unknown) {
    return this.inbox.messages(readPhone(phone, region)).map(shown);
  }

  /** Server-sent events: `messages` with all there are, so that a reconnected client misses none, then each new one. */
  @Sse('events')
  events(@Query('phone') phone?: unknown, @Query('region') region?: unknown): Observable<MessageEvent> {
    const wanted = readPhone(phone, region);
    const events = new Observable<MessageEvent>((subscriber) => {
      subscriber.next({ type: 'messages', data: this.inbox.messages(wanted).map(shown) });
      return this.inbox.watch((message) => {
        if (wanted === undefined || message.phone.equals(wanted)) {
          subscriber.next({ type: 'message', data: shown(message) });
        }
      });
    });
    return events.pipe(takeUntil(this.shutdown));
  }

  @Get('behaviour')
  @Header('cache-control', 'no-store')
  behaviour(): BehaviourDto {
    return { behaviour: this.inbox.behaviour };
  }

  @Post('behaviour')
  @HttpCode(200)
  behave(@Body() { behaviour }: BehaviourDto): BehaviourDto {
    this.inbox.behaviour = behaviour;
    return { behaviour };
  }

  /** Ends the open streams: the server waits for answers in flight, and these would never be over. */
  beforeApplicationShutdown(): void {
    this.shutdown.next();
  }
}

function shown(message: InboxMessage): Omit<InboxMessage, 'phone'> & { phone: string } {
  return { ...message, phone: message.phone.e164 };
}

function readPhone(phone: unknown, region: unknown): PhoneNumber | undefined {
  if (phone === undefined) return undefined;
  try {
    if (typeof phone === 'string' && (region === undefined || typeof region === 'string')) {
      // In a query a plus sign means a space; people type it all the same.
      return PhoneNumber.parse(phone.replace(/^ /, '+'), region);
    }
  } catch (error) {
    if (!isVerificationError(error)) throw error;
  }
  throw new InvalidRequestError([
    { field: 'phone', message: 'must be one phone number, such as +14155550100' },
  ]);
}
