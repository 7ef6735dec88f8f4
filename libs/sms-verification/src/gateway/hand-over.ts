import { inTime } from '../in-time';
import { OutcomeUnknownError } from './gateway-errors';
import type { SmsGateway, SmsMessage, SmsReceipt } from './sms.gateway';

/**
 * Hands a message to a gateway and waits no longer than told.
 *
 * @throws OutcomeUnknownError when the time is over, and whatever the gateway throws
 */
export function handOver(
  gateway: SmsGateway,
  message: SmsMessage,
  timeoutMs: number,
  mayCostAgain: () => Promise<boolean>,
): Promise<SmsReceipt> {
  const late = (): Error =>
    new OutcomeUnknownError(`the gateway did not answer within ${String(timeoutMs)} ms`);
  return inTime(timeoutMs, late, async (signal) => gateway.send(message, signal, mayCostAgain));
}
