import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { BatchedLines } from './batched-lines';

/**
 * Nest's own lines, for people, in batches: and tells the time in words anew only when a second has passed. An error
 * is written at once, behind what was logged before it.
 */
export class BatchedLogger extends ConsoleLogger {
  private readonly lines = new BatchedLines();
  private timestamp = '';
  private timestampSecond = 0;

  protected override getTimestamp(): string {
    const second = Math.floor(Date.now() / 1_000);
    if (second !== this.timestampSecond) this.timestamp = super.getTimestamp();
    this.timestampSecond = second;
    return this.timestamp;
  }

  /** What has members is one line of JSON: events are read by programs, also here. */
  protected override stringifyMessage(message: unknown, level: LogLevel): unknown {
    if (typeof message !== 'object' || message === null || message instanceof Error)
      return super.stringifyMessage(message, level);
    return JSON.stringify(message);
  }

  protected override printMessages(
    messages: unknown[],
    context = '',
    level: LogLevel = 'log',
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
  ): void {
    if (stream === 'stderr') {
      this.lines.flush();
      super.printMessages(messages, context, level, stream, stack);
      return;
    }
    const [pid, place] = [this.formatPid(process.pid), this.formatContext(context)];
    for (const message of messages) {
      const written = this.formatMessage(
        level,
        message,
        pid,
        level.toUpperCase().padStart(7, ' '),
        place,
        '',
      );
      this.lines.write(written);
    }
  }
}
