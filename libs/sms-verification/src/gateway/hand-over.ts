import { OutcomeUnknownError } from './gateway-errors';
import type { SmsGateway, SmsMessage, SmsReceipt } from './sms.gateway';

/**
 * Hands a message to a gateway and waits no longer than told. The race ends the wait, not the signal alone: a
 * gateway may ignore the signal.
 *
 * @throws OutcomeUnknownError when the time is over, and whatever the gateway throws
 */
export async function handOver(
  gateway: SmsGateway,
  message: SmsMessage,
  timeoutMs: number,
  mayCostAgain: () => Promise<boolean>,
): Promise<SmsReceipt> {
  const timeout = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new OutcomeUnknownError(`the gateway did not answer within ${String(timeoutMs)} ms`);
      timeout.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([gateway.send(message, timeout.signal, mayCostAgain), late]);
  } finally {
    clearTimeout(timer);
  }
}
