import { RequestMethod } from '@nestjs/common';
import {
  CUSTOM_ROUTE_ARGS_METADATA,
  GUARDS_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { VerifiedPhoneGuard } from '@app/sms-verification';
import { SessionGuard } from '../../apps/api/src/account/session.guard';
import { IP_LIMITS, IpLimitGuard } from '../../apps/api/src/http/ip-limit.guard';
import { startWithRoutes } from '../support/served-routes';

interface Served {
  readonly method: string;
  readonly url: string;
}

interface Handler extends Served {
  readonly guards: readonly unknown[];
  /** The kinds of its parameters, by Nest's numbers; `header` for what our own decorators read from one. */
  readonly parameters: readonly (number | 'header')[];
}

/** Every handler of every controller, with what decorators say of it. */
function handlersOf(app: NestFastifyApplication): Handler[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    const type = metatype as (new (...args: never[]) => object) | null;
    if (type === null) return [];
    const read = (key: string, target: object, name?: string): unknown =>
      name === undefined ? Reflect.getMetadata(key, target) : Reflect.getMetadata(key, target, name);
    const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
    const prefix = String(read(PATH_METADATA, type));
    return Object.getOwnPropertyNames(type.prototype).flatMap((name): Handler[] => {
      const handler: unknown = Reflect.get(type.prototype, name);
      if (typeof handler !== 'function' || name === 'constructor') return [];
      const method = read(METHOD_METADATA, handler);
      if (typeof method !== 'number') return [];
      return [
        {
          method: RequestMethod[method] ?? '',
          url: `/${prefix}/${String(read(PATH_METADATA, handler))}`
            .replace(/\/+/g, '/')
            .replace(/(.)\/$/, '$1'),
          guards: [...list(read(GUARDS_METADATA, type)), ...list(read(GUARDS_METADATA, handler))],
          parameters: Object.keys(read(ROUTE_ARGS_METADATA, type, name) ?? {}).map((key) =>
            key.includes(CUSTOM_ROUTE_ARGS_METADATA) ? 'header' : parseInt(key, 10),
          ),
        },
      ];
    });
  });
}

const underAuth = <Route extends Served>(routes: readonly Route[]): Route[] =>
  routes.filter(({ url }) => url.startsWith('/auth'));
const named = ({ method, url }: Served): string => `${method} ${url}`;

describe.each(['test', 'production'])('the routes of the application, NODE_ENV=%s', (mode) => {
  let app: NestFastifyApplication;
  let routes: readonly Served[];

  beforeAll(async () => {
    const production = {
      NODE_ENV: 'production',
      SMS_CODE_SECRET: 'a code secret of the tests, 32 bytes',
      SMS_PHONE_KEY: 'a phone key of the tests, 32 bytes and more',
      SMS_GATEWAYS: 'inbox',
      SMS_PRODUCT_NAME: 'Example',
    };
    const limits = { SMS_IP_SEND_LIMIT: '1/10m', SMS_IP_VERIFY_LIMIT: '1/10m', TRUST_PROXY: '1' };
    const started = await startWithRoutes({ ...limits, ...(mode === 'production' ? production : {}) });
    app = started.app;
    routes = started.routes.flatMap(({ methods, url }) => methods.map((method) => ({ method, url })));
  });
  afterAll(() => app.close());

  it('[ASVS 6.3.4] under /auth are those that are documented, and no others', () => {
    expect(underAuth(routes).map(named).sort()).toEqual([
      'POST /auth/sms/challenge',
      'POST /auth/sms/redeem',
      'POST /auth/sms/send',
      'POST /auth/sms/status',
      'POST /auth/sms/verify',
    ]);
  });

  it('[ASVS 6.3.4] are all handlers of controllers: none is added to the server past the guards', () => {
    const handled = new Set(handlersOf(app).map(named));
    // Fastify answers HEAD wherever there is a GET.
    const bare = routes.filter(
      (route) => !handled.has(named(route).replace(/^HEAD/, 'GET')) && !handled.has(`ALL ${route.url}`),
    );
    expect(bare.map(named)).toEqual([]);
  });

  it('[ASVS 6.3.4] under /auth have the guard of the address limit, each of them', () => {
    const handlers = underAuth(handlersOf(app));
    expect(handlers).toHaveLength(5);
    for (const { guards } of handlers) expect(guards).toContain(IpLimitGuard);
  });

  it('[ASVS 6.3.4, ASVS 2.4.1] under /auth count towards exactly one limit and are refused by it', async () => {
    for (const [index, { url }] of underAuth(routes).entries()) {
      const from = { 'x-forwarded-for': `203.0.113.${String(index)}` };
      const ask = (): ReturnType<typeof app.inject> =>
        app.inject({ method: 'POST', url, headers: from, payload: {} });
      const first = await ask();
      expect(first.statusCode).toBe(400);
      const [, limit] =
        /^"([a-z]+)";q=1;w=600(, "subnet".*)?$/.exec(String(first.headers['ratelimit-policy'])) ?? [];
      expect(IP_LIMITS).toContain(limit);
      const second = await ask();
      expect(second.statusCode).toBe(429);
      expect(second.json()).toMatchObject({ code: 'rate_limited' });
    }
  });

  it('[ASVS 14.2.1] under /auth take everything from the body: no parameter is in a path or a query', () => {
    for (const { method, url } of underAuth(routes)) {
      expect(method).toBe('POST');
      expect(url).not.toMatch(/[:*?]/);
    }
    // But for the language of the message and the idempotency key, which are headers by their standards, and the
    // client's address.
    const { BODY, HEADERS, IP } = RouteParamtypes;
    const expected: Readonly<Record<string, readonly unknown[]>> = {
      '/auth/sms/send': [BODY, HEADERS, IP, 'header'],
      '/auth/sms/verify': [BODY, 'header'],
    };
    for (const { url, parameters } of underAuth(handlersOf(app)))
      expect(new Set(parameters)).toEqual(new Set(expected[url] ?? [BODY]));
  });

  it('[ASVS 14.2.1] under /auth read nothing from the query, even when the body lacks it', async () => {
    const query =
      'phone=%2B14155550199&purpose=login&code=123456&verificationId=AAAAAAAAAAAAAAAAAAAAAA&token=x';
    for (const [index, { url }] of underAuth(routes).entries()) {
      const headers = { 'x-forwarded-for': `203.0.113.${String(100 + index)}` };
      const answer = await app.inject({ method: 'POST', url: `${url}?${query}`, headers, payload: {} });
      expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(answer.body).not.toMatch(/5550199|123456/);
    }
  });

  it('[ASVS 6.3.4] of the account example all ask for a proof or a session, and none is there in production', () => {
    const ofExample = handlersOf(app).filter(({ url }) => url.startsWith('/dev/account'));
    const asked = ofExample.map((handler) => ({
      route: named(handler),
      proof: handler.guards.includes(VerifiedPhoneGuard),
      session: handler.guards.includes(SessionGuard),
    }));
    const routesOfExample = [
      { route: 'GET /dev/account', proof: false, session: true },
      { route: 'POST /dev/account/login', proof: true, session: false },
      { route: 'POST /dev/account/password', proof: true, session: false },
      { route: 'POST /dev/account/phone', proof: true, session: true },
      { route: 'POST /dev/account/register', proof: true, session: false },
    ];
    expect(asked.sort((first, second) => first.route.localeCompare(second.route))).toEqual(
      mode === 'production' ? [] : routesOfExample,
    );
  });

  it('[ASVS 14.2.1, ASVS 16.2.5] show sent messages nowhere in production', async () => {
    const inbox = await app.inject({ method: 'GET', url: '/dev/inbox/messages' });
    expect(inbox.statusCode).toBe(mode === 'production' ? 404 : 200);
    expect(routes.some(({ url }) => url.startsWith('/dev'))).toBe(mode !== 'production');
  });
});
