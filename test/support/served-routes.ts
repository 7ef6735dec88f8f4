import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../apps/api/src/app.module';
import { readSettings } from '../../apps/api/src/config/settings';
import { configureApp, createAdapter } from '../../apps/api/src/configure-app';

/** A route that the server was given, by whomever; Nest's ALL comes as all methods there are. */
export interface ServedRoute {
  readonly methods: readonly string[];
  readonly url: string;
}

/** The application under its own store, not listening, and every route of its server. */
export async function startWithRoutes(
  environment: NodeJS.ProcessEnv = {},
): Promise<{ app: NestFastifyApplication; routes: readonly ServedRoute[] }> {
  const settings = readSettings({ NODE_ENV: 'test', SMS_STORE: 'in-process', ...environment });
  const testing = await Test.createTestingModule({ imports: [AppModule.register(settings)] }).compile();
  const adapter = createAdapter(settings);
  const routes: ServedRoute[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), url });
  });
  const app = testing.createNestApplication<NestFastifyApplication>(adapter, {
    bodyParser: false,
    logger: false,
  });
  configureApp(app);
  await app.init();
  await adapter.getInstance().ready();
  return { app, routes };
}

/** The routes, each as `METHOD url`; without HEAD, which Fastify answers wherever there is a GET. */
export async function servedRoutes(methodsOfAll: readonly string[]): Promise<Set<string>> {
  const { app, routes } = await startWithRoutes();
  await app.close();
  return new Set(
    routes.flatMap(({ methods, url }) => {
      const isAll = methods.includes('TRACE');
      const listed = isAll ? methodsOfAll : methods.filter((method) => method !== 'HEAD');
      return listed.map((method) => `${method} ${url}`);
    }),
  );
}
