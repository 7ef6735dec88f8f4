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
        formatters: { level: (level) => ({ level }), log: redacted },
        mixin: () => {
          const traceId = currentTraceId();
          return traceId === undefined ? {} : { traceId };
        },
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
      const more = stack === undefined ? { context } : { context, stack };
      if (typeof message === 'object' && message !== null && !(message instanceof Error))
        this.pino[LEVELS[level]]({ ...more, ...message });
      else if (message instanceof Error) this.pino[LEVELS[level]]({ ...more, err: message }, message.message);
      else this.pino[LEVELS[level]](more, String(message));
    }
    // Who asks why a process ended wants to read what it said last.
    if (level === 'error' || level === 'fatal') this.lines.flush();
  }
}

/** Copies plain objects alone: what has a class writes itself, as phones do, and pino's own `redact` would break it. */
function redacted(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  // A loop, because this runs for every line, and fromEntries took as long as all that pino does.
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (REDACTED.has(name)) written[name] = value === undefined ? undefined : '[redacted]';
    else if (value instanceof PhoneNumber) written[name] = value.masked;
    else written[name] = isPlain(value) ? redacted(value) : value;
  }
  return written;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
