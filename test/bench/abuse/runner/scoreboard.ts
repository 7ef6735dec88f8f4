import type { Answer, Send } from '../baselines/defence';
import { countryOf } from '../traffic/countries';
import { DAY, type Session } from '../traffic/session';
import { Spending } from './spending';

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly attacked: ReadonlySet<string>;
}

/** Honest sends of one kind of people: asked for, turned away at first, and in the end. */
export class Tally {
  sends = 0;
  turnedAway = 0;
  refused = 0;

  add(first: Answer, passes: boolean): void {
    this.sends += 1;
    if (first.enforced && first.decision !== 'allow') this.turnedAway += 1;
    if (!passes) this.refused += 1;
  }
}

/** Keeps the score of one run. */
export class Scoreboard {
  fraudAsked = 0;
  fraudSent = 0;
  fraudUsd = 0;
  /** Fraud messages that went out before the first was held; undefined: none was. */
  sentBeforeRefusal: number | undefined;
  readonly all = new Tally();
  readonly attacked = new Tally();
  readonly firstTimers = new Tally();
  readonly firstTimersAttacked = new Tally();
  /** When an honest send in an attacked country was last turned away. */
  lastTurnedAway = 0;
  /** Ranges by name, and when they last turned anybody away for their conversion. */
  private readonly ranges = new Map<string, number>();
  trips = 0;
  /** Tells whether two runs decided every send alike. */
  digest = 0;
  readonly spending = new Spending();
  /** Honest sends that only an exhausted budget held, of so many, on all days. */
  honestHeld = 0;
  honestAsked = 0;

  constructor(private readonly window: Window) {}

  note(session: Session, at: number, first: Answer, passes: boolean): void {
    if (session.fraud) this.noteFraud(session, passes);
    else this.noteHonest(session, at, first, passes);
    if (!session.fraud) this.honestAsked += 1;
    this.noteTrip(at, first);
    const told = `${first.decision}${first.reason}${first.range ?? ''}${String(passes)}`;
    for (let index = 0; index < told.length; index += 1) {
      this.digest = Math.imul(this.digest ^ told.charCodeAt(index), 0x01000193);
    }
  }

  /** A message went out, and costs what it costs. */
  noteMessage({ country, at }: Send): void {
    this.spending.add(country, at);
  }

  /** The guard would have let a message go out, and the budget did not. */
  noteHeld({ fraud }: Session): void {
    if (!fraud) this.honestHeld += 1;
  }

  private noteFraud({ country }: Session, passes: boolean): void {
    this.fraudAsked += 1;
    if (!passes) {
      this.sentBeforeRefusal ??= this.fraudSent;
      return;
    }
    this.fraudSent += 1;
    this.fraudUsd += countryOf(country).priceUsd;
  }

  private noteHonest({ country, returning }: Session, at: number, first: Answer, passes: boolean): void {
    const isAttacked = this.window.attacked.has(country);
    if (isAttacked && first.enforced && first.decision !== 'allow') this.lastTurnedAway = at;
    if (at < this.window.from || at >= this.window.to) return;
    this.all.add(first, passes);
    if (!returning) this.firstTimers.add(first, passes);
    if (!isAttacked) return;
    this.attacked.add(first, passes);
    if (!returning) this.firstTimersAttacked.add(first, passes);
  }

  private noteTrip(at: number, { reason, range, enforced }: Answer): void {
    if (range === undefined || !enforced || reason === 'burst') return;
    const last = this.ranges.get(range);
    // What a range does within a day of the last time is one trip.
    if (last === undefined || last + DAY <= at) this.trips += 1;
    this.ranges.set(range, at);
  }
}
