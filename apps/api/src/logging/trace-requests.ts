import type { FastifyInstance } from 'fastify';
import { activeTraceId, continueTrace } from '@app/sms-verification';
import { inTrace, traceIdOf } from './request-trace';

const TRACE_ID = Symbol('trace id');

declare module 'fastify' {
  interface FastifyRequest {
    [TRACE_ID]: string;
  }
}

/** The header that tells a client by what name its request is found in logs and traces. */
export const REQUEST_ID_HEADER = 'x-request-id';

/**
 * Gives every request a name, the id of its trace, and tells the client. What is logged while it is served carries the
 * name too, where the log can say it: to follow a request costs every promise of it a little.
 */
export function traceRequests(fastify: FastifyInstance, { inLogs }: { readonly inLogs: boolean }): void {
  fastify.decorateRequest(TRACE_ID, '');
  fastify.addHook('onRequest', (request, reply, done) => {
    const traceId = activeTraceId() ?? traceIdOf(request.headers['traceparent']);
    request[TRACE_ID] = traceId;
    void reply.header(REQUEST_ID_HEADER, traceId);
    done();
  });
  // Behind the parsing of the body, whose events come from the connection and not from the request.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const serve = inLogs
      ? (): void => {
          inTrace(request[TRACE_ID], done);
        }
      : done;
    // Where the HTTP server itself is traced, the request's span is there already.
    continueTrace(request.headers, serve);
  });
}
