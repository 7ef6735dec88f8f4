import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SmsGateway } from '@app/sms-verification';
import { AppModule } from '../../apps/api/src/app.module';
import { readSettings } from '../../apps/api/src/config/settings';
import { configureApp, createAdapter } from '../../apps/api/src/configure-app';
import { ApiClient } from './api-client';
import { freshPrefix, sharedRedisUrl } from './shared-redis';
import { WIDE_IP_LIMITS } from './wide-ip-limits';

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly client: ApiClient;
  readonly keyPrefix: string;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** Variables as an operator would set them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `redis` (default): the shared one, under a fresh prefix. */
  readonly store?: 'redis' | 'in-process';
  /** Carries the messages instead of the inbox. */
  readonly gateway?: SmsGateway;
}

/** The whole application, listening on a free port, configured by the same code as in production. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const keyPrefix = freshPrefix();
  const store = options.store ?? 'redis';
  const settings = readSettings({
    NODE_ENV: 'test',
    SMS_STORE: store,
    ...(store === 'redis' ? { REDIS_URL: sharedRedisUrl(), REDIS_KEY_PREFIX: keyPrefix } : {}),
    ...WIDE_IP_LIMITS,
    ...options.environment,
  });
  const builder = Test.createTestingModule({ imports: [AppModule.register(settings)] });
  if (options.gateway !== undefined) builder.overrideProvider(SmsGateway).useValue(options.gateway);
  const testing = await builder.compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createAdapter(settings), {
    bodyParser: false,
    logger: false,
  });
  configureApp(app);
  await app.listen(0, '127.0.0.1');
  const client = new ApiClient(await app.getUrl());
  return {
    app,
    client,
    keyPrefix,
    close: async () => {
      await client.close();
      await app.close();
    },
  };
}
