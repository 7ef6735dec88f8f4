import type { Answer, Defence, Send } from '../baselines/defence';
import type { Session } from '../traffic/session';
import { Heap } from './heap';
import type { Scoreboard } from './scoreboard';

/** Holds what would cost too much; a message that it refuses is not sent. */
export interface Budget {
  spend(country: string, at: number): Promise<boolean>;
}

type Happening = () => Promise<void>;

/** Lets people and bots meet a defence, one event after the other, in order of time. */
export class Simulation {
  private readonly later = new Heap<Happening>();

  constructor(
    private readonly defence: Defence,
    private readonly board: Scoreboard,
    private readonly budget?: Budget,
  ) {}

  async run(sessions: Iterable<Session>): Promise<void> {
    for (const session of sessions) {
      await this.until(session.at);
      await this.ask(session, session.at);
    }
    await this.until(Infinity);
  }

  private async until(at: number): Promise<void> {
    while (this.later.nextAt <= at) {
      const happening = this.later.pop();
      if (happening === undefined) return;
      await happening();
    }
  }

  /** Somebody asks for a code, and again once if turned away. */
  private async ask(session: Session, at: number): Promise<void> {
    await this.send(
      session,
      at,
      { resend: false },
      {
        sent: (send, mark, sentAt) => {
          this.afterMessage(session, send, mark, sentAt);
        },
        turnedAway: (turnedAt) => {
          if (session.retriesAfterMs === undefined) return;
          const again = turnedAt + session.retriesAfterMs;
          this.later.push(again, () => this.ask({ ...session, retriesAfterMs: undefined }, again));
        },
      },
    );
  }

  private afterMessage(session: Session, send: Send, mark: number, sentAt: number): void {
    const { verifiesAfterMs, resendsAfterMs } = session;
    const verify = (from: number) => {
      if (verifiesAfterMs === undefined) return;
      const at = Math.floor(from + verifiesAfterMs);
      this.later.push(at, () => this.defence.verified(send, mark, at));
    };
    if (resendsAfterMs === undefined) {
      verify(sentAt);
      return;
    }
    const again = sentAt + resendsAfterMs;
    this.later.push(again, () =>
      this.send(
        session,
        again,
        { resend: true },
        {
          sent: (_send, _mark, resentAt) => {
            verify(resentAt);
          },
        },
      ),
    );
  }

  private async send(
    session: Session,
    askedAt: number,
    { resend }: { readonly resend: boolean },
    then: {
      readonly sent: (send: Send, mark: number, at: number) => void;
      readonly turnedAway?: (at: number) => void;
    },
  ): Promise<void> {
    const first = sendOf(session, askedAt, resend, false);
    const answer = await this.defence.assess(first);
    const passes = await this.goesOut(session, first, answer);
    const { solvesAfterMs } = session;
    if (answer.decision !== 'challenge' || passes || solvesAfterMs === undefined) {
      this.board.note(session, first.at, answer, passes);
      if (passes) then.sent(first, answer.mark, first.at);
      else then.turnedAway?.(first.at);
      return;
    }
    this.later.push(first.at + solvesAfterMs, async () => {
      const second = sendOf(session, first.at + solvesAfterMs, resend, true);
      const next = await this.defence.assess(second);
      const passesNow = await this.goesOut(session, second, next);
      this.board.note(session, first.at, answer, passesNow);
      if (passesNow) then.sent(second, next.mark, second.at);
      else then.turnedAway?.(second.at);
    });
  }

  /** Whether there is a message in the end. */
  private async goesOut(session: Session, send: Send, answer: Answer): Promise<boolean> {
    if (!isSent(answer)) return false;
    if (this.budget === undefined || (await this.budget.spend(send.country, send.at))) {
      this.board.noteMessage(send);
      return true;
    }
    this.board.noteHeld(session);
    await this.defence.release(send, answer.mark, send.at);
    return false;
  }
}

function isSent({ decision, enforced }: Answer): boolean {
  return decision === 'allow' || !enforced;
}

function sendOf(session: Session, at: number, resend: boolean, challenged: boolean): Send {
  const { phone, country, ip, returning } = session;
  return { at: Math.floor(at), phone, country, ip, known: returning, challenged, resend };
}
