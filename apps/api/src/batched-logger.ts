import { ConsoleLogger, type ConsoleLoggerOptions, type LogLevel } from '@nestjs/common';

/**
 * Writes what is logged within one turn of the event loop with one system call, at its end; and tells the time in words
 * anew only when a second has passed. An error is written at once, behind what was logged before it, and nothing
 * is left unwritten when the process ends by itself or is told to.
 */
export class BatchedLogger extends ConsoleLogger {
  private lines = '';
  private timestamp = '';
  private timestampSecond = 0;

  constructor(options: ConsoleLoggerOptions) {
    super(options);
    process.once('exit', () => {
      this.flush();
    });
  }

  protected override getTimestamp(): string {
    const second = Math.floor(Date.now() / 1_000);
    if (second !== this.timestampSecond) this.timestamp = super.getTimestamp();
    this.timestampSecond = second;
    return this.timestamp;
  }

  protected override printMessages(
    messages: unknown[],
    context = '',
    level: LogLevel = 'log',
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
  ): void {
    if (stream === 'stderr') {
      this.flush();
      super.printMessages(messages, context, level, stream, stack);
      return;
    }
    if (this.lines === '')
      setImmediate(() => {
        this.flush();
      });
    const [pid, place] = [this.formatPid(process.pid), this.formatContext(context)];
    for (const message of messages) {
      this.lines += this.formatMessage(level, message, pid, level.toUpperCase().padStart(7, ' '), place, '');
    }
  }

  private flush(): void {
    if (this.lines !== '') process.stdout.write(this.lines);
    this.lines = '';
  }
}
