/** What no foreseen fault writes: something was not caught, or not let go of. */
const SUSPICIOUS =
  /unhandled|uncaught|internal_error|MaxListenersExceeded|FATAL ERROR|\b(?:Type|Range|Reference|Syntax)Error\b/i;

/** The lines of what a process printed that tell of a fault of its own. */
export function suspiciousLines(printed: string): string[] {
  return printed.split('\n').filter((line) => SUSPICIOUS.test(line));
}
