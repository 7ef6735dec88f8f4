import { Module, type DynamicModule } from '@nestjs/common';
import { HumanChallenge, type RedisClient } from '@app/sms-verification';
import { REDIS_CLIENT } from '../redis/redis.module';
import { ChallengeController } from './challenge.controller';
import { createChallenge, type SettingsForChallenge } from './create-challenge';

/** The human challenge that the settings name, and the route to get one. Exports `HumanChallenge`, undefined for none. */
@Module({})
export class ChallengeModule {
  static register(settings: SettingsForChallenge): DynamicModule {
    return {
      module: ChallengeModule,
      providers: [
        {
          provide: HumanChallenge,
          inject: [{ token: REDIS_CLIENT, optional: true }],
          useFactory: (redis?: RedisClient) => createChallenge(settings, redis),
        },
      ],
      controllers: [ChallengeController],
      exports: [HumanChallenge],
    };
  }
}
