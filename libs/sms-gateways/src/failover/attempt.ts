import { SmsGatewayError, traced, type SmsMessage, type SmsReceipt } from '@app/sms-verification';

/** How one gateway was asked to carry one message. */
export interface GatewayAttempt {
  readonly gateway: string;
  /** `skipped`: not asked, because it rests after failures or has too much to do. */
  readonly outcome: 'accepted' | 'refused' | 'destination_invalid' | 'unknown' | 'skipped';
  readonly durationMs: number;
}

export type AttemptObserver = (attempt: GatewayAttempt) => void;

/** Whom a message is handed to, and who is told of it. */
interface Attempted {
  readonly name: string;
  readonly message: SmsMessage;
  readonly observer: AttemptObserver;
}

/** Hands a message to a gateway, within a span of its own, and tells how it went. */
export async function attempted(
  { name, message, observer }: Attempted,
  handOver: () => Promise<SmsReceipt>,
): Promise<SmsReceipt> {
  const startedAt = performance.now();
  const tell = (outcome: GatewayAttempt['outcome']): void => {
    observer({ gateway: name, outcome, durationMs: performance.now() - startedAt });
  };
  try {
    const about = (): Record<string, string> => ({
      'sms.gateway': name,
      'sms.country': message.phone.country,
      'sms.purpose': message.purpose,
    });
    const receipt = await traced('sms.gateway.send', about, handOver);
    tell('accepted');
    return receipt;
  } catch (error) {
    tell(error instanceof SmsGatewayError ? error.outcome : 'unknown');
    throw error;
  }
}
