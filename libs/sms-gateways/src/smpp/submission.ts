import { randomUUID } from 'node:crypto';
import { MessageRefusedError, OutcomeUnknownError } from '@app/sms-verification';
import type { PduFields } from './codec/fields';
import type { Pdu } from './codec/pdu';
import { ESME_ROK, isThrottling, refusalOf } from './command-status';
import { canonicalMessageId } from './message-id';
import { RequestNotSentError } from './request-errors';
import type { SmppSettings } from './smpp.options';
import type { SmppSupervisor } from './smpp-supervisor';
import type { SubmitWindow } from './submit-window';
import { backoffMs, pause } from './waiting';

/**
 * One segment on its way to the SMSC. Whether a submit_sm is unanswered at this moment decides what may be said
 * when nobody waits any longer: refused before it left or after a definite answer, unknown in between.
 */
export class Submission {
  private unanswered = false;

  constructor(
    private readonly supervisor: SmppSupervisor,
    private readonly window: SubmitWindow,
    private readonly settings: SmppSettings,
    /** Aborts when the gateway closes: what the SMSC throttles is not tried again then. */
    private readonly closing: AbortSignal,
  ) {}

  /**
   * Submits until the SMSC takes the segment or refuses it for good, and returns its name for it.
   *
   * @throws MessageRefusedError, DestinationInvalidError, OutcomeUnknownError
   */
  async submit(fields: PduFields, signal: AbortSignal): Promise<string> {
    if (signal.aborted) throw new MessageRefusedError('there was no time left to submit the message');
    let aborted: (() => void) | undefined;
    const nobodyWaits = new Promise<never>((_, reject) => {
      aborted = () => {
        if (this.unanswered) reject(new OutcomeUnknownError('the SMSC had not answered when time was up'));
      };
      signal.addEventListener('abort', aborted);
    });
    try {
      return await Promise.race([this.run(fields, signal), nobodyWaits]);
    } finally {
      if (aborted !== undefined) signal.removeEventListener('abort', aborted);
    }
  }

  /** The place in the window is held until the SMSC has answered, even when nobody waits for it any longer. */
  private async run(fields: PduFields, signal: AbortSignal): Promise<string> {
    const leave = await this.window.enter(signal);
    try {
      return await this.untilTaken(fields, signal);
    } finally {
      leave();
    }
  }

  /** Throttled, the submission keeps its place in the window: so fewer others press on meanwhile. */
  private async untilTaken(fields: PduFields, signal: AbortSignal): Promise<string> {
    const { invalidDestinationStatuses, responseIdFormat, throttleMinMs, throttleMaxMs } = this.settings;
    for (let refusals = 1; ; refusals += 1) {
      const { command, command_status: status, message_id: id } = await this.exchange(fields, signal);
      // SMPP 3.4 §4.3, §4.4.2: only these two say that it was not taken, and only one that it was.
      const answered = command === 'submit_sm_resp' || (command === 'generic_nack' && status !== ESME_ROK);
      if (!answered) throw new OutcomeUnknownError('the SMSC answered something else');
      if (status === ESME_ROK) {
        // Without a name of the SMSC's there will be no receipt, but the message has been taken.
        return id === undefined || id === '' ? randomUUID() : canonicalMessageId(id, responseIdFormat);
      }
      const refusal = refusalOf(status, invalidDestinationStatuses);
      if (!isThrottling(status)) throw refusal;
      const waitMs = backoffMs(refusals, throttleMinMs, throttleMaxMs);
      if (!(await pause(waitMs, [signal, this.closing]))) throw refusal;
    }
  }

  private async exchange(fields: PduFields, signal: AbortSignal): Promise<Pdu> {
    const session = await this.supervisor.session([signal]);
    if (signal.aborted) throw new MessageRefusedError('there was no time left to submit the message');
    this.unanswered = true;
    try {
      return await session.submit(fields);
    } catch (error) {
      if (error instanceof RequestNotSentError)
        throw new MessageRefusedError(error.message, { cause: error });
      const reason = error instanceof Error ? error.message : 'the SMSC did not answer';
      throw new OutcomeUnknownError(reason, { cause: error });
    } finally {
      this.unanswered = false;
    }
  }
}
