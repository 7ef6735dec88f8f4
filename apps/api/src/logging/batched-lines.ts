/**
 * Writes to the standard output what was given within one turn of the event loop with one system call, at its end: a
 * call for each line cost more than to make the line. Nothing is left unwritten when the process ends by itself or is
 * told to.
 */
export class BatchedLines {
  private lines = '';

  constructor() {
    process.once('exit', () => {
      this.flush();
    });
  }

  /** @param line with its end */
  write(line: string): void {
    if (this.lines === '')
      setImmediate(() => {
        this.flush();
      });
    this.lines += line;
  }

  flush(): void {
    if (this.lines !== '') process.stdout.write(this.lines);
    this.lines = '';
  }
}
