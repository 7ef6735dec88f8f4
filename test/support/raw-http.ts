import { connect } from 'node:net';
import type { Answer } from './api-client';

/** What an HTTP request is made of; nothing of it is checked or completed but `Content-Length`. */
export interface RawRequest {
  readonly method?: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body?: string | Buffer;
}

/** Writes a request out as bytes, with the true length of its body unless a header tells another. */
export function requestBytes({ method = 'POST', target, headers, body = '' }: RawRequest): Buffer {
  const content = Buffer.from(body);
  const framed = headers.some((header) => /^(content-length|transfer-encoding)\s*:/i.test(header));
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers,
    ...(framed || content.length === 0 ? [] : [`Content-Length: ${String(content.length)}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content]);
}

/**
 * Sends bytes as they are, well-formed or not, over a connection of their own, and reads the first answer.
 *
 * @param hangUp whether the client then closes its side, as one does that breaks off in the middle
 */
export async function sendRaw(url: string, bytes: string | Buffer, hangUp = false): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let received = '';
  socket.write(bytes);
  if (hangUp) socket.end();
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received += chunk.toString('latin1');
      const answer = readAnswer(received);
      if (answer !== undefined) return answer;
    }
  } catch (error) {
    throw new Error(`the connection broke after: ${received}`, { cause: error });
  } finally {
    socket.destroy();
  }
  throw new Error(`the connection was closed without a whole answer, after: ${received}`);
}

/** The answer, once all of it is there. */
function readAnswer(received: string): Answer | undefined {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  if (rest.length === 0) return undefined;
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const body = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
  if (body.length < Number(headers['content-length'] ?? 0)) return undefined;
  return { status: Number(statusLine.split(' ')[1]), headers, body: parseBody(body.toString('utf8')) };
}

function parseBody(text: string): Answer['body'] {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return { text };
  }
}
