import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { FailoverSmsGateway, InboxSmsGateway } from '@app/sms-gateways';
import type { Settings } from '../config/settings';
import { createGateway } from './create-gateway';
import { explained } from './gateway-not-installed';

/** Failures in a row after which a gateway rests, for how long, and how much it is given at once. */
const PROTECTION = { failuresToRest: 5, restMs: 10_000, concurrency: 200 };

/** Makes the gateways that the settings name, and no others: only their SDKs are loaded. */
@Module({
  providers: [
    { provide: InboxSmsGateway, useFactory: () => new InboxSmsGateway() },
    {
      provide: FailoverSmsGateway,
      inject: [ConfigService, InboxSmsGateway],
      useFactory: (settings: ConfigService<Settings, true>, inbox: InboxSmsGateway): FailoverSmsGateway => {
        const { order, orderByCountry, timeoutMs, accounts } = settings.get('gateways', { infer: true });
        const names = [...new Set([...order, ...[...orderByCountry.values()].flat()])];
        try {
          const gateways = names.map((name) => ({ name, gateway: createGateway(name, accounts, inbox) }));
          return new FailoverSmsGateway({ gateways, order, orderByCountry, timeoutMs, ...PROTECTION });
        } catch (error) {
          throw explained(error, names);
        }
      },
    },
  ],
  exports: [FailoverSmsGateway, InboxSmsGateway],
})
export class GatewaysModule {}
