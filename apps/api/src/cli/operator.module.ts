import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { InboxSmsGateway } from '@app/sms-gateways';
import { SmsVerificationModule, type RedisClient } from '@app/sms-verification';
import type { RedisSettings } from '../config/redis-settings';
import type { Settings } from '../config/settings';
import { settingsModule } from '../config/settings.module';
import { REDIS_CLIENT, RedisModule } from '../redis/redis.module';
import { verificationOptions } from '../verification/verification-options';
import { Operator } from './operator';

/** The application's service on its Redis, without what serves HTTP and without a gateway: nothing here sends. */
@Module({})
export class OperatorModule {
  static register(settings: Settings, redis: RedisSettings): DynamicModule {
    return {
      module: OperatorModule,
      imports: [
        settingsModule(settings),
        RedisModule.register(redis),
        SmsVerificationModule.forRootAsync({
          inject: [ConfigService, REDIS_CLIENT],
          useFactory: (service: ConfigService<Settings, true>, client: RedisClient) =>
            verificationOptions(service, new InboxSmsGateway(), undefined, client),
        }),
      ],
      providers: [Operator],
    };
  }
}
