import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

/** However a run of the tests ends, no program outlives it by more than this. */
const LONGEST_LIFE_SECONDS = 300;

/** A program of somebody else's, with what it has said so far. */
export class Program {
  readonly lines: string[] = [];
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly child: ChildProcess;
  private ended = false;

  constructor(
    private readonly name: string,
    parameters: readonly string[],
  ) {
    // A group of its own, so that it is frozen together with its children.
    const limit = ['--kill-after=1', String(LONGEST_LIFE_SECONDS), name];
    this.child = spawn('timeout', [...limit, ...parameters], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdin?.on('error', () => undefined);
    for (const output of [this.child.stdout, this.child.stderr]) {
      let rest = '';
      output?.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        this.lines.push(...lines);
        this.changes.emit('change');
      });
    }
    this.child.once('exit', () => {
      this.ended = true;
      this.changes.emit('change');
    });
  }

  /** Resolves as soon as the condition holds; it is looked at whenever the program has said something. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.ended) throw new Error(`${this.name} has ended:\n${this.lines.join('\n')}`);
      await once(this.changes, 'change');
    }
  }

  /** The first line with all of these words in it. */
  async said(...words: readonly string[]): Promise<string> {
    const find = (): string | undefined =>
      this.lines.find((line) => words.every((word) => line.includes(word)));
    await this.until(() => find() !== undefined);
    return find() ?? '';
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  signal(name: NodeJS.Signals): void {
    if (this.child.pid !== undefined && !this.ended) process.kill(-this.child.pid, name);
  }

  /** Asks it to end, frozen or not, and insists a second later. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const ended = once(this.child, 'exit');
    this.signal('SIGCONT');
    // `timeout` hands it on, and waits for the program, of which nothing is left then.
    this.child.kill('SIGTERM');
    await ended;
  }
}
