import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { FailoverSmsGateway } from '@app/sms-gateways';
import { SmsVerificationService, type DeliveryReport } from '@app/sms-verification';

/** Brings the reports that gateways push to the verifications that they are about. */
@Injectable()
export class DeliveryReports implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DeliveryReports.name);

  constructor(
    private readonly gateways: FailoverSmsGateway,
    private readonly verification: SmsVerificationService,
  ) {}

  onModuleInit(): void {
    this.gateways.onReports((gateway, report) => {
      void this.record(gateway, report);
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.gateways.close();
  }

  private async record(gateway: string, report: DeliveryReport): Promise<void> {
    try {
      await this.verification.recordDelivery(gateway, report);
    } catch {
      // Nobody waits for an answer here, and the provider does not report again: the state stays what it was.
      this.logger.warn(`a delivery report of ${gateway} could not be recorded`);
    }
  }
}
