import type { Random } from '../bench/abuse/traffic/random';

/** Draws in random order, but everything once before anything a second time: a short run meets many kinds too. */
export class Deck<Card> {
  private left: Card[] = [];

  constructor(
    private readonly cards: readonly Card[],
    private readonly random: Random,
  ) {}

  next(): Card {
    if (this.left.length === 0) this.left = this.random.sample(this.cards, this.cards.length);
    const card = this.left.pop();
    if (card === undefined) throw new RangeError('there is nothing to draw from');
    return card;
  }
}
