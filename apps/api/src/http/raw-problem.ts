import type { Socket } from 'node:net';
import { problem } from './problems';

/** What Node's HTTP parser reports of a request that never became one. */
interface ParserError extends Error {
  readonly code?: string;
}

/**
 * Answers a request that Node's parser refused before any framework saw it, with the same kind of document as
 * every other refusal.
 */
export function answerUnparsedRequest(error: ParserError, socket: Socket): void {
  // The client has gone: nobody is there to be answered.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const document =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? problem('headers_too_large', 'The headers of the request are larger than 16 KiB.')
      : problem('invalid_request', 'The request is not valid HTTP.', { errors: [] });
  const body = JSON.stringify(document);
  socket.end(
    [
      `HTTP/1.1 ${String(document.status)} ${document.title}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${String(Buffer.byteLength(body))}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
