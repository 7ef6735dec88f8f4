/** A reply that is not what the script's header announces: the script and its caller have come apart. */
export class UnexpectedReplyError extends Error {
  constructor(script: string, problem: string) {
    super(`${script}.lua: ${problem}`);
    this.name = UnexpectedReplyError.name;
  }
}

const NOTHING: readonly unknown[] = [];

/** Reads a script's reply value by value, trusting none of them. */
export class LuaReply {
  private readonly values: readonly unknown[];
  private readonly alone: number | undefined;
  private position = 0;

  constructor(
    reply: unknown,
    private readonly script: string,
  ) {
    if (isWhole(reply)) {
      this.alone = reply;
      this.values = NOTHING;
    } else if (Array.isArray(reply)) {
      this.alone = undefined;
      this.values = reply;
    } else {
      throw new UnexpectedReplyError(script, 'the reply is neither a list nor a whole number');
    }
  }

  /** The reply, if it is one whole number, not negative, and no list. */
  lone(): number | undefined {
    return this.alone;
  }

  /** The next value, which must be one of these words. */
  word<Word extends string>(...words: readonly Word[]): Word {
    const value = this.next();
    const word = words.find((candidate) => candidate === value);
    if (word === undefined)
      throw new UnexpectedReplyError(this.script, `expected one of ${words.join(', ')}`);
    return word;
  }

  /** The next value, which must be a whole number. */
  integer(): number {
    const value = this.next();
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw new UnexpectedReplyError(this.script, 'expected a whole number');
    }
    return value;
  }

  /** The next value, which must be text. */
  text(): string {
    const value = this.next();
    if (typeof value !== 'string') throw new UnexpectedReplyError(this.script, 'expected text');
    return value;
  }

  private next(): unknown {
    if (this.position >= this.values.length)
      throw new UnexpectedReplyError(this.script, 'the reply is too short');
    return this.values[this.position++];
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
