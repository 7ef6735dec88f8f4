import { createRequire } from 'node:module';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { pino as makePino, Logger as Pino } from 'pino';
import { PhoneNumber } from '@app/sms-verification';
import { BatchedLines } from './batched-lines';
import { currentTraceId } from './request-trace';

/**
 * Members of this name are not written, whoever logs them. Nothing here logs them on purpose: it is the second lock,
 * for what others log.
 */
export const REDACTED: ReadonlySet<string> = new Set([
  ...['code', 'text', 'token', 'proof', 'recognition', 'challenge', 'verificationId', 'idempotencyKey'],
  ...['secret', 'password', 'authorization', 'cookie', 'e164'],
]);

const LEVELS = {
  verbose: 'trace',
  debug: 'debug',
  log: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
} as const;

const load = createRequire(__filename);

/** One JSON object a line, by pino, with the trace of the request that it is about; everything on one stream. */
export class JsonLogger extends ConsoleLogger {
  private readonly lines = new BatchedLines();
  private readonly pino: Pino;

  constructor() {
    super();
    const { pino } = load('pino') as { readonly pino: typeof makePino };
    this.pino = pino(
      {
        level: 'trace',
        // What collects the lines knows where they come from.
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      this.lines,
    );
  }

  protected override printMessages(
    messages: unknown[],
    context = '',
    level: LogLevel = 'log',
    _stream?: 'stdout' | 'stderr',
    stack?: unknown,
  ): void {
    for (const message of messages) {
      // What is undefined, JSON leaves out.
      const line: Record<string, unknown> = { context, traceId: currentTraceId(), stack };
      if (message instanceof Error) this.pino[LEVELS[level]]({ ...line, err: message }, message.message);
      else if (isObject(message)) this.pino[LEVELS[level]](redactInto(line, message));
      else this.pino[LEVELS[level]](line, String(message));
    }
    // Who asks why a process ended wants to read what it said last.
    if (level === 'error' || level === 'fatal') this.lines.flush();
  }
}

/**
 * Adds the members. Copies plain objects alone: what has a class writes itself, as phones do, and pino's own `redact`
 * would break it.
 */
function redactInto(
  written: Record<string, unknown>,
  members: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // A loop into the line itself, because this runs for every line: each copy more took as long as all that pino does.
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (REDACTED.has(name)) written[name] = value === undefined ? undefined : '[redacted]';
    else if (value instanceof PhoneNumber) written[name] = value.masked;
    else written[name] = isPlain(value) ? redactInto({}, value) : value;
  }
  return written;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}
