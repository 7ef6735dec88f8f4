import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** Keeps what is logged, as whole as a log file would get it, instead of printing it. */
export class CapturedLogger implements LoggerService {
  readonly lines: { readonly context: string; readonly text: string }[] = [];

  log = this.keep.bind(this);
  warn = this.keep.bind(this);
  error = this.keep.bind(this);
  fatal = this.keep.bind(this);
  debug = this.keep.bind(this);
  verbose = this.keep.bind(this);

  /** Everything, as one text. */
  get text(): string {
    return this.lines.map(({ context, text }) => `[${context}] ${text}`).join('\n');
  }

  /** The outcomes that were logged, each read as the JSON that its line must be. */
  get outcomes(): Record<string, unknown>[] {
    return this.lines
      .filter(({ context }) => context === 'Verification')
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  }

  private keep(message: unknown, ...rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const parts = [message, ...rest.slice(0, -1)];
    const text = parts.map(written).join(' ');
    this.lines.push({ context: String(context), text });
  }
}

function written(part: unknown): string {
  if (typeof part === 'string') return part;
  return isPlain(part) ? JSON.stringify(part) : inspect(part, { depth: 9 });
}

/** What a logger writes as JSON. */
function isPlain(part: unknown): boolean {
  return typeof part === 'object' && part !== null && !(part instanceof Error);
}
