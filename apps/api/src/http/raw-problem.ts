import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { InvalidRequestError } from '@app/sms-verification';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { problem, type Problem } from './problems';

// Answers for requests that no handler sees, so that they too are problem documents.

/** What Node's HTTP parser reports of a request that never became one. */
interface ParserError extends Error {
  readonly code?: string;
}

const notHttp = (): Problem => problem('invalid_request', 'The request is not valid HTTP.', { errors: [] });

/** For Node's `clientError`: the parser refused the request, or waited too long for the rest of it. */
export function answerUnparsedRequest(error: ParserError, socket: Duplex): void {
  // The client has gone: nobody is there to be answered.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(socket, unparsed(error));
}

function unparsed({ code }: ParserError): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return problem('headers_too_large', 'The headers of the request are larger than 16 KiB.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem('request_timeout', 'The request did not arrive in time.');
  }
  return notHttp();
}

/** For Fastify's `frameworkErrors`: the path cannot be decoded, so no route can be looked for. */
export function answerUnroutableRequest(_error: unknown, _request: unknown, reply: FastifyReply): void {
  const document = notHttp();
  void reply.status(document.status).type('application/problem+json').send(document);
}

/** Answers what Node would answer by itself without a document: CONNECT, and expectations it does not know. */
export function answerUnhandledRequests(server: Server): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    endWith(socket, problem('not_found', 'There is nothing at this path for this method.'));
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const document = notHttp();
    const body = JSON.stringify(document);
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(document.status, { ...headers, connection: 'close' }).end(body);
  });
}

/**
 * For Fastify's `onRequest`: refuses requests that another server on the way may have read differently, as
 * naming no host or two (RFC 9112 §3.2), and bodies in a coding that nothing here decodes.
 */
export function refuseAmbiguousHttp(
  { raw, headers }: FastifyRequest,
  _reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  const hosts = raw.rawHeaders.filter(
    (text, index) => index % 2 === 0 && text.toLowerCase() === 'host',
  ).length;
  if (hosts > 1 || (hosts === 0 && raw.httpVersion !== '1.0')) {
    done(new InvalidRequestError([{ field: 'Host', message: 'must be one header of the request' }]));
  } else if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    done(new UnsupportedMediaTypeException());
  } else {
    done();
  }
}

function endWith(socket: Duplex, document: Problem): void {
  const body = JSON.stringify(document);
  socket.end(
    [
      `HTTP/1.1 ${String(document.status)} ${STATUS_CODES[document.status] ?? ''}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${String(Buffer.byteLength(body))}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
