import { Logger } from '@nestjs/common';
import { inTime } from '../in-time';
import type { PhoneNumber } from '../phone/phone-number';
import {
  ChallengeRequiredError,
  SendingPausedError,
  StorageUnavailableError,
  VerificationError,
} from '../sms-verification.errors';
import type { SmsVerificationEvents } from '../sms-verification.events';
import type { SendRequest } from '../sms-verification.results';
import type { ResolvedAbuseOptions, RiskAnswer } from './abuse.options';
import type { BudgetState, SpendRequest } from './budget/money-budget';
import { levelsOf } from './prefix-guard/number-levels';
import type {
  AssessRequest,
  GuardDecision,
  Level,
  LevelAnswer,
  LevelState,
  NumberLevels,
} from './prefix-guard/prefix-guard';

/** What is known of a send that is to be admitted. */
export interface Admittance {
  /** Whether the number has verified here before, or the device is recognised. */
  readonly known: boolean;
  readonly resend: boolean;
  /** What the message costs, in segments. */
  readonly segments: number;
}

/** A send that was admitted, and all that was counted for it. */
export interface Admission {
  readonly phone: PhoneNumber;
  readonly levels: NumberLevels;
  /** When the guard counted it; undefined when it did not. */
  readonly assessedAt: number | undefined;
  /** What was spent on it; undefined when nothing was. */
  readonly spent: { readonly costMicros: number; readonly day: number } | undefined;
}

/** What would keep a number from being sent to now. */
export interface AbuseExplanation {
  readonly countryAllowed: boolean;
  /** With what each level would answer in this mode; the strictest holds. Numbers that have verified here pass. */
  readonly levels: readonly LevelState[];
  /**
   * Whether it has room for a message of one segment; undefined where there are no prices. `opensInMs` is undefined
   * when no day has: the limit is 0, or less than the message costs.
   */
  readonly budget: { readonly exhausted: boolean; readonly opensInMs: number | undefined } | undefined;
}

/** How long the application may take to say how a send looks to it. */
const RISK_PATIENCE_MS = 1_000;
const tooSlow = (): Error => new Error(`no answer within ${String(RISK_PATIENCE_MS)} ms`);

/**
 * Decides about a send before it costs anything: the guard of number ranges, the application's own signals, a human
 * challenge, and the budget, in this order (rule R20). What a send was counted for is given back when no message
 * goes out.
 */
export class AbuseDefence {
  private readonly logger = new Logger(AbuseDefence.name);

  constructor(
    private readonly options: ResolvedAbuseOptions,
    private readonly phoneKey: string,
    private readonly events: SmsVerificationEvents,
  ) {}

  /**
   * @throws ChallengeRequiredError, ChallengeUnavailableError, SendingPausedError, StorageUnavailableError; nothing
   *   stays counted
   */
  async admit(request: SendRequest, { known, resend, segments }: Admittance): Promise<Admission> {
    const levels = levelsOf(request.phone, this.phoneKey);
    const { assessRisk } = this.options;
    const risk = assessRisk === undefined ? 'allow' : await this.riskOf(assessRisk, request, known);
    const assessedAt = await this.pass(request, { levels, known, resend }, risk);
    const { phone } = request;
    try {
      return { phone, levels, assessedAt, spent: await this.spend(request, segments) };
    } catch (refusal) {
      await this.release({ phone, levels, assessedAt, spent: undefined });
      throw refusal;
    }
  }

  /** Gives everything back that was counted for a send. */
  async release({ phone, levels, assessedAt, spent }: Admission): Promise<void> {
    const { guard, budget } = this.options;
    await Promise.all([
      assessedAt === undefined ? undefined : guard.release({ levels, assessedAt }),
      spent === undefined ? undefined : budget.refund({ country: phone.country, ...spent }),
    ]);
  }

  /** Spends the price of one more message of an admitted send; `false` when nothing more may be spent, or known. */
  async payAgain(request: SendRequest, segments: number): Promise<boolean> {
    try {
      await this.spend(request, segments);
      return true;
    } catch (refusal) {
      if (refusal instanceof VerificationError) return false;
      throw refusal;
    }
  }

  /** Tells the guard that a number verified. Its failure is no failure of the verify: the code is spent by then. */
  async recordVerified(phone: PhoneNumber, assessedAt: number): Promise<void> {
    if (this.options.mode === 'off') return;
    const levels = levelsOf(phone, this.phoneKey);
    await this.options.guard.recordVerified({ levels, assessedAt }).catch((error: unknown) => {
      this.logger.warn(`a success was not counted: ${error instanceof Error ? error.message : 'unknown'}`);
    });
  }

  async explain(phone: PhoneNumber): Promise<AbuseExplanation> {
    const { guard, budget, regions, prices } = this.options;
    const [levels, today] = await Promise.all([
      guard.explain(levelsOf(phone, this.phoneKey)),
      prices === undefined ? undefined : budget.state(phone.country),
    ]);
    return {
      countryAllowed: regions.allows(phone.country),
      levels: levels.map((level) => ({ ...level, answer: this.inThisMode(level.answer) })),
      budget: today && this.roomIn(today, phone.country),
    };
  }

  /** Refuses by hand all sends to a range of numbers. */
  async block(phone: PhoneNumber, level: Level, durationMs: number): Promise<void> {
    await this.options.guard.block(level, levelsOf(phone, this.phoneKey), durationMs);
  }

  /** Keeps a range open by hand, whatever the guard thinks of it. */
  async unblock(phone: PhoneNumber, level: Level, durationMs: number): Promise<void> {
    await this.options.guard.unblock(level, levelsOf(phone, this.phoneKey), durationMs);
  }

  /** Returns when the guard counted the send; undefined when it was not asked or could not be. */
  private async pass(
    request: SendRequest,
    send: Pick<AssessRequest, 'levels' | 'known' | 'resend'>,
    risk: RiskAnswer,
  ): Promise<number | undefined> {
    const first = await this.assess(request, send, false);
    const wanted = first?.enforced === true ? first.decision : 'allow';
    try {
      if (risk === 'refuse') throw new SendingPausedError();
      if (wanted === 'refuse') throw new SendingPausedError(first?.waitMs);
      if (wanted === 'allow' && risk === 'allow') return countedAt(first);
      // The application does not say for how long it asks for one.
      await this.challenge(request, risk === 'allow' ? first?.waitMs : undefined);
    } catch (refusal) {
      this.tellOf(refusal, request, risk);
      // Judged `allow` it was counted, and then no message went out.
      const assessedAt = countedAt(first);
      if (assessedAt !== undefined) await this.options.guard.release({ levels: send.levels, assessedAt });
      throw refusal;
    }
    if (wanted === 'allow') return countedAt(first);
    const second = await this.assess(request, send, true);
    if (second?.enforced === true && second.decision !== 'allow') throw new SendingPausedError(second.waitMs);
    return countedAt(second);
  }

  /** Tells why a send was refused that the guard alone would have let pass, or sent to a challenge. */
  private tellOf(refusal: unknown, { phone, purpose, challenge }: SendRequest, risk: RiskAnswer): void {
    const byRisk = refusal instanceof SendingPausedError && risk !== 'allow';
    if (!byRisk && !(refusal instanceof ChallengeRequiredError)) return;
    const forChallenge = challenge === undefined ? 'challenge_missing' : 'challenge_wrong';
    const reason = byRisk ? 'risk' : forChallenge;
    this.events.emit({ type: 'refused', phone, purpose, country: phone.country, reason });
  }

  private async assess(
    { phone, purpose }: SendRequest,
    { levels, known, resend }: Omit<AssessRequest, 'mode' | 'challenged'>,
    challenged: boolean,
  ): Promise<GuardDecision | undefined> {
    const { mode, guard } = this.options;
    if (mode === 'off') return undefined;
    let decision: GuardDecision;
    try {
      decision = await guard.assess({ levels, known, resend, challenged, mode });
    } catch (error) {
      // A guard that is out of order must not keep out those it would never judge.
      if (known && error instanceof StorageUnavailableError) return undefined;
      throw error;
    }
    const { decision: verdict, reason, level, enforced } = decision;
    const { country } = phone;
    this.events.emit({
      type: 'assessed',
      phone,
      purpose,
      country,
      decision: verdict,
      reason,
      level,
      enforced,
    });
    return decision;
  }

  /** @param waitMs for how long one is asked for */
  private async challenge(request: SendRequest, waitMs: number | undefined): Promise<void> {
    const { challenge } = this.options;
    if (challenge === undefined) throw new SendingPausedError(waitMs);
    const { phone, context } = request;
    const clientAddress = context?.clientAddress;
    if (
      request.challenge === undefined ||
      !(await challenge.verify(request.challenge, { phone, clientAddress }))
    ) {
      throw new ChallengeRequiredError(challenge.kind);
    }
  }

  private async riskOf(
    assessRisk: NonNullable<ResolvedAbuseOptions['assessRisk']>,
    { phone, purpose, context }: SendRequest,
    known: boolean,
  ): Promise<RiskAnswer> {
    try {
      // The send has reserved its place by now.
      return await inTime(RISK_PATIENCE_MS, tooSlow, async () =>
        assessRisk({ ...context, phone, purpose, known }),
      );
    } catch (error) {
      this.logger.error(
        'assessRisk failed; the send is judged without it',
        error instanceof Error ? error.stack : '',
      );
      return 'allow';
    }
  }

  private async spend({ phone: { country } }: SendRequest, segments: number): Promise<Admission['spent']> {
    const { budget, prices } = this.options;
    if (prices === undefined) return undefined;
    const costMicros = this.priceOf(country) * segments;
    const outcome = await budget.spend({ country, costMicros, limits: this.limitsOf(country) });
    if (outcome.outcome === 'spent') return { costMicros, day: outcome.day };
    this.events.emit({ type: 'budget_exhausted', country, scope: outcome.scope, waitMs: outcome.waitMs });
    throw new SendingPausedError(this.everFits(country, costMicros) ? outcome.waitMs : undefined);
  }

  /** What `spend` would say of a message of one segment: nothing at all goes out on a limit of 0, be it free. */
  private roomIn(today: BudgetState, country: string): NonNullable<AbuseExplanation['budget']> {
    const costMicros = this.priceOf(country);
    if (this.fits(country, costMicros, today)) return { exhausted: false, opensInMs: 0 };
    return { exhausted: true, opensInMs: this.everFits(country, costMicros) ? today.resetsInMs : undefined };
  }

  /** Whether a day that nothing was spent on has room for it. */
  private everFits(country: string, costMicros: number): boolean {
    return this.fits(country, costMicros, { overallMicros: 0, countryMicros: 0 });
  }

  private fits(country: string, costMicros: number, spent: Omit<BudgetState, 'resetsInMs'>): boolean {
    const { overallMicros, countryMicros } = this.limitsOf(country);
    const hasRoom = (limit: number | undefined, used: number): boolean =>
      limit === undefined || (limit > 0 && costMicros <= limit - used);
    return hasRoom(overallMicros, spent.overallMicros) && hasRoom(countryMicros, spent.countryMicros);
  }

  private limitsOf(country: string): SpendRequest['limits'] {
    const { budgets } = this.options;
    return { overallMicros: budgets?.overallMicros, countryMicros: budgets?.byCountry?.get(country) };
  }

  /** The guard speaks of the mode `enforce`: in `record` it means only what an operator blocked, and off nothing. */
  private inThisMode(answer: LevelAnswer): LevelAnswer {
    const { mode } = this.options;
    const meant = mode === 'enforce' || (mode === 'record' && answer.reason === 'blocked');
    return { ...answer, enforced: answer.enforced && meant };
  }

  /** What a segment costs in a country. */
  private priceOf(country: string): number {
    const { prices } = this.options;
    return prices?.byCountry.get(country) ?? prices?.defaultMicros ?? 0;
  }
}

/** The guard counts what it lets pass, also where it would rather not but only records. */
function countedAt(decision: GuardDecision | undefined): number | undefined {
  if (decision === undefined || decision.reason === 'known') return undefined;
  return decision.decision === 'allow' || !decision.enforced ? decision.assessedAt : undefined;
}
