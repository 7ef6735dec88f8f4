import { notAnswered, refuseIfAborted } from './outcomes';

/** An answer that arrived whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * POSTs once: no retry, no redirect followed (a redirect is an answer that is no acceptance).
 *
 * @throws MessageRefusedError when the peer was certainly not asked
 * @throws OutcomeUnknownError when the request may have left and no whole answer came
 */
export async function post(
  gateway: string,
  url: string,
  headers: Headers | Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  refuseIfAborted(gateway, signal);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    throw notAnswered(gateway, error);
  }
}
