import { isatty } from 'node:tty';
import type { ConsoleLogger } from '@nestjs/common';
import type { LogFormat } from '../config/settings';
import { BatchedLogger } from './batched-logger';
import { JsonLogger } from './json-logger';

/** What writes the log: lines for people, or for programs. */
export function createLogger(format: LogFormat): ConsoleLogger {
  return format === 'json' ? new JsonLogger() : new BatchedLogger({ colors: isatty(process.stdout.fd) });
}
