import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { FailoverSmsGateway } from '@app/sms-gateways';
import { HumanChallenge, SmsVerificationModule, type RedisClient } from '@app/sms-verification';
import { AccountModule } from './account/account.module';
import { AuthModule } from './auth/auth.module';
import { ChallengeModule } from './challenge/challenge.module';
import type { Settings } from './config/settings';
import { settingsModule } from './config/settings.module';
import { DevModule } from './dev/dev.module';
import { DocsModule } from './docs/docs.module';
import { DeliveryReports } from './gateways/delivery-reports';
import { GatewaysModule } from './gateways/gateways.module';
import { WebhooksController } from './gateways/webhooks.controller';
import { Draining } from './health/draining';
import { HealthController } from './health/health.controller';
import { FixedWindowStorage } from './redis/fixed-window.storage';
import { MetricsModule } from './metrics/metrics.module';
import { IP_LIMITS } from './http/ip-limit.guard';
import { ProblemsController } from './http/problems.controller';
import { REDIS_CLIENT, RedisModule } from './redis/redis.module';
import { ServerFitness } from './redis/server-fitness';
import { verificationOptions } from './verification/verification-options';

type SettingsService = ConfigService<Settings, true>;

/** The composition root: the one place where the parts meet. */
@Module({})
export class AppModule {
  static register(settings: Settings): DynamicModule {
    const optionalRedis = { token: REDIS_CLIENT, optional: true };
    const challenge = ChallengeModule.register(settings);
    return {
      module: AppModule,
      imports: [
        settingsModule(settings),
        ...(settings.redis === undefined ? [] : [RedisModule.register(settings.redis)]),
        GatewaysModule,
        challenge,
        SmsVerificationModule.forRootAsync({
          isGlobal: true,
          imports: [GatewaysModule, challenge],
          inject: [
            ConfigService,
            FailoverSmsGateway,
            { token: HumanChallenge, optional: true },
            optionalRedis,
          ],
          useFactory: verificationOptions,
        }),
        ThrottlerModule.forRootAsync({
          inject: [ConfigService, optionalRedis],
          useFactory: throttlerOptions,
        }),
        TerminusModule.forRoot({ logger: false }),
        AuthModule,
        ...(settings.http.docs ? [DocsModule] : []),
        ...(settings.metrics === undefined ? [] : [MetricsModule]),
        ...(settings.production ? [] : [DevModule, AccountModule]),
      ],
      providers: [DeliveryReports, Draining, ServerFitness],
      controllers: [WebhooksController, HealthController, ProblemsController],
    };
  }
}

function throttlerOptions(settings: SettingsService, redis?: RedisClient): ThrottlerModuleOptions {
  const limits = settings.get('ipLimits', { infer: true });
  return {
    throttlers: IP_LIMITS.map((name) => ({ name, limit: limits[name].count, ttl: limits[name].durationMs })),
    storage: new FixedWindowStorage(redis),
  };
}
