import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import { FailoverSmsGateway } from '@app/sms-gateways';
import {
  RedisSmsCodeStorage,
  SmsVerificationModule,
  type SmsVerificationOptions,
} from '@app/sms-verification';
import { AuthModule } from './auth/auth.module';
import type { Settings } from './config/settings';
import { DevModule } from './dev/dev.module';
import { DeliveryReports } from './gateways/delivery-reports';
import { GatewaysModule } from './gateways/gateways.module';
import { WebhooksController } from './gateways/webhooks.controller';
import { HealthController } from './health/health.controller';
import { FixedWindowStorage } from './redis/fixed-window.storage';
import { IP_LIMITS } from './http/ip-limit.guard';
import { ProblemsController } from './http/problems.controller';
import { REDIS_CLIENT, RedisModule } from './redis/redis.module';

type SettingsService = ConfigService<Settings, true>;

/** The composition root: the one place where the parts meet. */
@Module({})
export class AppModule {
  static register(settings: Settings): DynamicModule {
    const optionalRedis = { token: REDIS_CLIENT, optional: true };
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [() => ({ ...settings })],
        }),
        ...(settings.redis === undefined ? [] : [RedisModule.register(settings.redis)]),
        GatewaysModule,
        SmsVerificationModule.forRootAsync({
          isGlobal: true,
          imports: [GatewaysModule],
          inject: [ConfigService, FailoverSmsGateway, optionalRedis],
          useFactory: verificationOptions,
        }),
        ThrottlerModule.forRootAsync({
          inject: [ConfigService, optionalRedis],
          useFactory: throttlerOptions,
        }),
        TerminusModule.forRoot({ logger: false }),
        AuthModule,
        ...(settings.production ? [] : [DevModule]),
      ],
      providers: [DeliveryReports],
      controllers: [WebhooksController, HealthController, ProblemsController],
    };
  }
}

function verificationOptions(
  settings: SettingsService,
  gateway: FailoverSmsGateway,
  redis?: Redis,
): SmsVerificationOptions {
  return {
    ...settings.get('verification', { infer: true }),
    gateway,
    storage: redis === undefined ? undefined : new RedisSmsCodeStorage(redis),
  };
}

function throttlerOptions(settings: SettingsService, redis?: Redis): ThrottlerModuleOptions {
  const limits = settings.get('ipLimits', { infer: true });
  return {
    throttlers: IP_LIMITS.map((name) => ({ name, limit: limits[name].count, ttl: limits[name].durationMs })),
    storage: new FixedWindowStorage(redis),
  };
}
