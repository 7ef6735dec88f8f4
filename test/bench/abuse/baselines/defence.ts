/** What a defence may know of a send. */
export interface Send {
  readonly at: number;
  readonly phone: string;
  readonly country: string;
  readonly ip: string;
  readonly known: boolean;
  readonly challenged: boolean;
  readonly resend: boolean;
}

export interface Answer {
  readonly decision: 'allow' | 'challenge' | 'refuse';
  readonly reason: string;
  /** The range that decided, by name, where one did. */
  readonly range?: string | undefined;
  /** `false`: the send passes all the same. */
  readonly enforced: boolean;
  /** What `verified` and `release` want back; 0: nothing was counted. */
  readonly mark: number;
}

/** Something that stands between a form and a gateway. One that has a clock of its own is told the time. */
export interface Defence {
  assess(send: Send): Promise<Answer>;
  verified(send: Send, mark: number, at: number): Promise<void>;
  /** The send was taken back: something else held it. */
  release(send: Send, mark: number, at: number): Promise<void>;
  /** Another defence that knows what this one knows, so that each attack meets the same past. */
  fork(): Promise<Defence>;
  /** Nobody will ask it again: what it keeps outside this process may go. */
  end?(): Promise<void>;
}

export const PASS: Answer = { decision: 'allow', reason: 'quiet', enforced: true, mark: 0 };
