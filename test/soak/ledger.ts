import { judge, type Breach } from './judge';
import { spanOf, type Story } from './story';

const SAMPLES_KEPT = 10;

/** What all stories come to. Stories themselves are let go of once they are judged: a run of days fits too. */
export class Ledger {
  people = 0;
  codesAccepted = 0;
  proofsRedeemed = 0;
  guesses = 0;
  messages = 0;
  repeats = 0;
  /** Of the people, those who met a change of masters. */
  metChange = 0;
  private readonly counts = new Map<Breach, number>();
  /** The first stories that broke a promise. */
  readonly samples: { readonly breaches: readonly Breach[]; readonly story: Story }[] = [];

  constructor(private readonly maxAttempts: number) {}

  /** @param changedIn whether a master changed in this stretch of time */
  judge(stories: readonly Story[], changedIn: (from: number, to: number) => boolean): void {
    for (const story of stories) {
      const { start, end } = spanOf(story);
      const masterChanged = changedIn(start, end);
      this.count(story, masterChanged);
      const breaches = judge(story, { maxAttempts: this.maxAttempts, masterChanged });
      for (const breach of breaches) this.counts.set(breach, this.broken(breach) + 1);
      if (breaches.length > 0 && this.samples.length < SAMPLES_KEPT) this.samples.push({ breaches, story });
    }
  }

  /** How many stories show this. */
  broken(breach: Breach): number {
    return this.counts.get(breach) ?? 0;
  }

  get allBroken(): number {
    return [...this.counts.values()].reduce((total, count) => total + count, 0);
  }

  private count(story: Story, masterChanged: boolean): void {
    this.people += 1;
    if (masterChanged) this.metChange += 1;
    for (const asked of story) {
      const succeeded = asked.outcome === 'ok' ? 1 : 0;
      switch (asked.kind) {
        case 'send':
          this.messages += succeeded;
          this.repeats += Math.max(0, asked.verificationIds.length - 1);
          break;
        case 'guess':
          this.guesses += 1;
          this.codesAccepted += succeeded;
          this.repeats += Math.max(0, asked.tokens.length - 1);
          break;
        case 'redemption':
          this.proofsRedeemed += succeeded;
          break;
      }
    }
  }
}
