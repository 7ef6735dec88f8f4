import { All, Controller, HttpCode, NotFoundException, Param, Req } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { FailoverSmsGateway } from '@app/sms-gateways';
import { SmsVerificationService, type WebhookRequest } from '@app/sms-verification';
import type { Settings } from '../config/settings';

export const WEBHOOKS_PATH = 'webhooks/sms';

/** Where providers report what became of messages. Each gateway checks that its request is genuine. */
@Controller(WEBHOOKS_PATH)
export class WebhooksController {
  constructor(
    private readonly gateways: FailoverSmsGateway,
    private readonly verification: SmsVerificationService,
    private readonly settings: ConfigService<Settings, true>,
  ) {}

  /** POST for most; Kannel, and Vonage by its default setting, report with GET. */
  @All(':gateway')
  @HttpCode(204)
  async receive(@Param('gateway') name: string, @Req() request: FastifyRequest): Promise<void> {
    const gateway = this.gateways.named(name);
    if (gateway?.readWebhook === undefined) throw new NotFoundException();
    for (const report of gateway.readWebhook(this.read(request))) {
      await this.verification.recordDelivery(name, report);
    }
  }

  private read({ url, headers, body, host, protocol }: FastifyRequest): WebhookRequest {
    // Signatures cover the URL as the provider knows it, which behind a proxy is not the one that arrives here.
    const base =
      this.settings.get('gateways', { infer: true }).accounts.PUBLIC_URL ?? `${protocol}://${host}`;
    return {
      url: new URL(url, base).href,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : value,
        ]),
      ),
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    };
  }
}
