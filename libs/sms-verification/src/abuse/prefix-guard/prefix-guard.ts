/**
 * The ranges that a number lies in, from coarse to fine: the country, the country with the operator's digits, and
 * the number without its last four digits. Each is a name under which storage counts; the finest is keyed, so that
 * it tells nobody a number (rule R15).
 */
export interface NumberLevels {
  readonly country: string;
  readonly operator: string;
  readonly range: string;
}

export const LEVELS = ['country', 'operator', 'range'] as const;
export type Level = (typeof LEVELS)[number];

/** `off`: not asked. `record`: judges and counts, but lets pass what no operator blocked. `enforce`: means it. */
export type GuardMode = 'off' | 'record' | 'enforce';

export interface AssessRequest {
  readonly levels: NumberLevels;
  /** The number has verified here in the last 90 days: it passes and does not count (rule R20). */
  readonly known: boolean;
  /** The sender has just solved a human challenge. */
  readonly challenged: boolean;
  /** A resend is judged like any send, but a number that is sent to twice counts once. */
  readonly resend: boolean;
  readonly mode: Exclude<GuardMode, 'off'>;
}

/** Why a send was judged as it was; operators read these words. */
export type GuardReason =
  /** The number has verified here before. */
  | 'known'
  /** Nothing is the matter. */
  | 'quiet'
  /** More sends than usual are waiting for an outcome. */
  | 'burst'
  /** Too few of the recent sends verified. */
  | 'conversion'
  /** An operator blocked the range by hand. */
  | 'blocked'
  /** An operator freed the range by hand. */
  | 'unblocked';

export interface GuardDecision {
  readonly decision: 'allow' | 'challenge' | 'refuse';
  readonly reason: GuardReason;
  /** The level that decided; absent when none did. */
  readonly level?: Level | undefined;
  /** Until it may answer otherwise when nobody sends meanwhile: its pending sends are judged by then. 0: it allows. */
  readonly waitMs: number;
  /**
   * `false`: the mode is `record`, or the deployment is still warming up; the send passes all the same. What an
   * operator blocked is always enforced.
   */
  readonly enforced: boolean;
  /** On the storage's clock; names this send to `release` and `recordVerified`. */
  readonly assessedAt: number;
}

export interface AssessedSend {
  readonly levels: NumberLevels;
  readonly assessedAt: number;
}

/** What a level would answer now to a send that has solved no challenge: the guard answers the strictest of three. */
export type LevelAnswer = Pick<GuardDecision, 'decision' | 'reason' | 'waitMs' | 'enforced'>;

/** What one level knows, for people. */
export interface LevelState {
  readonly level: Level;
  readonly name: string;
  readonly state: 'open' | 'probing' | 'challenged' | 'refused' | 'blocked' | 'unblocked';
  /** Until the state is looked at again, in milliseconds; 0 when it is open. */
  readonly waitMs: number;
  /** Sends that no outcome is known of yet. */
  readonly pending: number;
  /** The long run's share of numbers that verify, 0 to 1. */
  readonly conversion: number;
  /** How far the evidence of an attack has grown, 0 to 1; at 1 the level trips. */
  readonly suspicion: number;
  readonly answer: LevelAnswer;
}

/**
 * Judges sends by what became of others in the same range of numbers (rule R20). Every method is one atomic
 * step, and all that it keeps expires by itself.
 *
 * Every method throws StorageUnavailableError when it cannot tell what happened.
 */
export abstract class PrefixGuard {
  /** Judges a send and, unless it is refused or challenged, counts it. */
  abstract assess(request: AssessRequest): Promise<GuardDecision>;

  /** Takes a counted send back: no message went out. */
  abstract release(send: AssessedSend): Promise<void>;

  /** The number of a counted send has verified. */
  abstract recordVerified(send: AssessedSend): Promise<void>;

  /**
   * Refuses a level by hand for `durationMs`, to all but known numbers: in any mode, warmed up or not.
   *
   * @param durationMs up to 366 days; RangeError if it is no such time
   */
  abstract block(level: Level, levels: NumberLevels, durationMs: number): Promise<void>;

  /**
   * Ends any refusal of a level, forgets the suspicion against it, and keeps it open for `durationMs`.
   *
   * @param durationMs up to 366 days; RangeError if it is no such time
   */
  abstract unblock(level: Level, levels: NumberLevels, durationMs: number): Promise<void>;

  /** Tells how the three levels stand, and what each would answer in the mode `enforce`; changes nothing. */
  abstract explain(levels: NumberLevels): Promise<readonly LevelState[]>;
}
