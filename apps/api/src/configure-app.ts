import { ShutdownSignal, UnsupportedMediaTypeException } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Settings } from './config/settings';
import { traceRequests } from './logging/trace-requests';
import { WEBHOOKS_PATH } from './gateways/webhooks.controller';
import { ProblemFilter } from './http/problem.filter';
import {
  answerUnhandledRequests,
  answerUnparsedRequest,
  answerUnroutableRequest,
  refuseAmbiguousHttp,
} from './http/raw-problem';
import { setSecurityHeaders } from './http/security-headers';
import { refuseAmbiguousJson } from './http/strict-json';
import { StrictValidationPipe } from './http/validation.pipe';

/** The largest body accepted, in bytes. */
const BODY_LIMIT = 4 * 1_024;

/** How long a client may take to send a request. */
const REQUEST_TIMEOUT_MS = 15_000;

/** The HTTP server as every instance of the application has it, in production and in tests. */
export function createAdapter({ http }: Pick<Settings, 'http'>): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    // Whether, and which, proxies are believed is explicit: the client is the rightmost untrusted hop.
    trustProxy: http.trustProxy,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      // A request without a Host is answered by us, and so with a document.
      requireHostHeader: false,
      // Were it longer, Node would take it for the time of the whole request, and the other one for that of the headers.
      headersTimeout: REQUEST_TIMEOUT_MS,
      // Node looks for requests that take too long every half minute, which alone is longer than they may take.
      connectionsCheckingInterval: 1_000,
    },
    clientErrorHandler: answerUnparsedRequest,
    frameworkErrors: answerUnroutableRequest,
    // At shutdown idle connections close, requests in flight finish, and those that still arrive on an open
    // connection are served too.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
}

/** Pipes, filter, parsers and headers. Create the application with `bodyParser: false`. */
export function configureApp(app: NestFastifyApplication): void {
  const settings = app.get<ConfigService<Settings, true>>(ConfigService);
  const fastify = app.getHttpAdapter().getInstance();
  traceRequests(fastify, { inLogs: settings.get('logFormat', { infer: true }) === 'json' });
  app.useGlobalPipes(new StrictValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  // An end that was asked for is no failure: exit code 0, also as process 1 of a container.
  app.enableShutdownHooks([ShutdownSignal.SIGTERM, ShutdownSignal.SIGINT], { useProcessExit: true });
  refuseUnhandledHttp(app);
  acceptStrictJsonOnly(app);
}

function refuseUnhandledHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', setSecurityHeaders);
  fastify.addHook('onRequest', refuseAmbiguousHttp);
  answerUnhandledRequests(fastify.server);
}

function acceptStrictJsonOnly(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // Reports of gateways are read by their adapters, byte for byte as they were signed.
    if (isWebhook(request)) {
      done(null, bytes);
      return;
    }
    const text = bytes.toString();
    try {
      refuseAmbiguousJson(text);
    } catch (error) {
      done(error as Error);
      return;
    }
    void parseJson(request, text, done);
  });
  const form = 'application/x-www-form-urlencoded';
  fastify.addContentTypeParser<Buffer>(form, { parseAs: 'buffer' }, (request, bytes, done) => {
    if (isWebhook(request)) done(null, bytes);
    else done(new UnsupportedMediaTypeException());
  });
}

function isWebhook({ url }: FastifyRequest): boolean {
  return url.startsWith(`/${WEBHOOKS_PATH}/`);
}
