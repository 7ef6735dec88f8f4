import { randomInt } from 'node:crypto';
import {
  MessageRefusedError,
  OutcomeUnknownError,
  SmsGateway,
  type DeliveryReport,
  type SmsMessage,
  type SmsReceipt,
} from '@app/sms-verification';
import { destinationFields, sourceFields } from './addresses';
import type { PduFields } from './codec/fields';
import type { Pdu } from './codec/pdu';
import { readReceipt } from './delivery-receipt';
import { canonicalMessageId } from './message-id';
import { SegmentReports } from './segment-reports';
import { segmentsOf, TextTooLongError } from './segments';
import { SmppSupervisor } from './smpp-supervisor';
import { smppSettings, type SmppOptions, type SmppSettings } from './smpp.options';
import { Submission } from './submission';
import { SubmitWindow } from './submit-window';
import { sharedAbort } from './waiting';

/** SMPP 3.4 §5.2.17: a receipt of the final outcome, success or failure. */
const FINAL_RECEIPT = 1;

/**
 * Speaks SMPP 3.4 with a carrier or aggregator, over one link that is bound as transceiver as long as the gateway
 * lives. A message counts as sent when, and only when, the SMSC has taken every segment of it.
 */
export class SmppSmsGateway extends SmsGateway {
  private readonly settings: SmppSettings;
  private readonly supervisor: SmppSupervisor;
  private readonly window: SubmitWindow;
  private readonly listeners: ((report: DeliveryReport) => void)[] = [];
  private readonly segmentReports = new SegmentReports((report) => {
    for (const listener of this.listeners) listener(report);
  });
  private readonly sending = new Set<Promise<unknown>>();
  private readonly closing = sharedAbort();
  private readonly source: PduFields;
  private reference = randomInt(256);

  /**
   * Begins to bind at once.
   *
   * @throws RangeError when an option does not fit its field on the wire
   */
  constructor(options: SmppOptions) {
    super();
    this.settings = smppSettings(options);
    this.source = sourceFields(this.settings);
    this.window = new SubmitWindow(this.settings.window, this.settings.queueLimit);
    this.supervisor = new SmppSupervisor(this.settings, (pdu) => {
      this.receive(pdu);
    });
  }

  override async send(message: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    if (this.closing.signal.aborted) throw new MessageRefusedError('the gateway is closed');
    const sending = this.submitAll(message, signal);
    this.sending.add(sending);
    try {
      return { messageId: await sending };
    } finally {
      this.sending.delete(sending);
    }
  }

  override onReport(listener: (report: DeliveryReport) => void): void {
    this.listeners.push(listener);
  }

  override async close(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.sending);
    await this.supervisor.stop();
  }

  private async submitAll(message: SmsMessage, signal: AbortSignal): Promise<string> {
    const address = { ...this.source, ...destinationFields(this.settings, message.phone.e164) };
    const pdus = this.split(message.text).map((segment) => ({
      ...address,
      ...segment,
      registered_delivery: FINAL_RECEIPT,
    }));
    const [only] = pdus;
    if (pdus.length === 1 && only !== undefined) return this.submit(only, signal);

    const segmented = this.segmentReports.begin();
    let taken = 0;
    try {
      for (const pdu of pdus) {
        segmented.accepted(await this.submit(pdu, signal));
        taken += 1;
      }
    } catch (error) {
      segmented.abandon();
      // Part of the message is on its way: nobody can say that it was refused, and nobody may repeat it here.
      if (taken > 0) throw new OutcomeUnknownError('the SMSC took only a part', { cause: error });
      throw error;
    }
    return segmented.complete();
  }

  private submit(pdu: PduFields, signal: AbortSignal): Promise<string> {
    const { supervisor, window, settings, closing } = this;
    return new Submission(supervisor, window, settings, closing.signal).submit(pdu, signal);
  }

  private split(text: string): readonly PduFields[] {
    const { dataCoding, longMessages } = this.settings;
    this.reference = (this.reference + 1) % 256;
    try {
      return segmentsOf(text, dataCoding, longMessages, this.reference);
    } catch (error) {
      if (error instanceof TextTooLongError) throw new MessageRefusedError(error.message, { cause: error });
      throw error;
    }
  }

  private receive(pdu: Pdu): void {
    const receipt = readReceipt(pdu);
    if (receipt === undefined || receipt.state === 'on_its_way') return;
    const messageId = canonicalMessageId(receipt.messageId, this.settings.receiptIdFormat);
    this.segmentReports.receipt(messageId, receipt.state);
  }
}
