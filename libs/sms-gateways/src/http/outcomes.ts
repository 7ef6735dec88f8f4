import { MessageRefusedError, OutcomeUnknownError, type SmsGatewayError } from '@app/sms-verification';

// The errors made here carry no `cause` and no text of the provider's: both quote the request, and with it the
// number and the code.

/** Answers of something in between, which does not know what the provider behind it has done. */
const ANSWERS_OF_AN_INTERMEDIARY: ReadonlySet<number> = new Set([502, 504]);

/** Faults after which no byte of the request can have left: no address, no connection, no trust in the peer. */
const FAULTS_BEFORE_THE_REQUEST: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The error for an answer that is no acceptance. `reason` must be a code, never the provider's prose. */
export function notAccepted(gateway: string, status: number, reason?: string): SmsGatewayError {
  const answer = `${gateway} answered ${String(status)}${reason === undefined ? '' : ` (${reason})`}`;
  return ANSWERS_OF_AN_INTERMEDIARY.has(status)
    ? new OutcomeUnknownError(answer)
    : new MessageRefusedError(answer);
}

/** The error for an answer that says neither yes nor no. */
export function notUnderstood(gateway: string): SmsGatewayError {
  return new OutcomeUnknownError(`${gateway} answered something that is neither acceptance nor refusal`);
}

/** The error for a request that got no answer. */
export function notAnswered(gateway: string, error: unknown): SmsGatewayError {
  const faults = [...faultsIn(error)];
  const code = faults.map((fault) => fault.code).find((found) => found !== undefined);
  const reason = code === undefined ? '' : ` (${code})`;
  return faults.some(cameBeforeTheRequest)
    ? new MessageRefusedError(`${gateway} was not reached${reason}`)
    : new OutcomeUnknownError(`${gateway} did not answer${reason}`);
}

/** Asks nothing of a gateway when nobody waits any longer: the outcome is then known. */
export function refuseIfAborted(gateway: string, signal: AbortSignal): void {
  if (signal.aborted) throw new MessageRefusedError(`${gateway} was not asked: the wait had ended`);
}

interface Fault {
  readonly code: string | undefined;
  readonly systemCall: string | undefined;
}

function cameBeforeTheRequest({ code, systemCall }: Fault): boolean {
  return (
    systemCall === 'connect' ||
    systemCall === 'getaddrinfo' ||
    (code !== undefined && FAULTS_BEFORE_THE_REQUEST.has(code))
  );
}

/** The error and what it wraps: `fetch` hides the fault in `cause`, a race of two addresses in `errors`. */
function* faultsIn(error: unknown, depth = 0): Generator<Fault> {
  if (typeof error !== 'object' || error === null || depth > 4) return;
  yield {
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    systemCall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : undefined,
  };
  if ('cause' in error) yield* faultsIn(error.cause, depth + 1);
  if ('errors' in error && Array.isArray(error.errors)) {
    for (const inner of error.errors) yield* faultsIn(inner, depth + 1);
  }
}
