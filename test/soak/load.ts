import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../bench/abuse/traffic/random';
import type { Carrier } from './carrier';
import type { Front } from './front';
import { pickHabit, type Surroundings } from './habits';
import { Person } from './person';
import type { Story } from './story';

/** Few enough to leave a machine time to answer: what is soaked is the application, not its queue. */
const HANDS = 8;
const PAUSE_MS = [20, 200] as const;
/** People who wait for a fault, beside those of the hands. */
const MOST_WAITING = 300;
/** Phones come back, so that the records of a run of days stay as many. A phone rests longer than any cooldown. */
const PHONES = 5_000;

/** People who come, ask for codes, do what their habit is, and leave their story. */
export class Load {
  /** Of those who have left, since they were last taken. */
  private told: Story[] = [];
  private readonly phones = Array.from(
    { length: PHONES },
    (_, index) => `+1415${String(2_000_000 + 7 * index)}`,
  );
  private readonly waiting = new Set<Promise<void>>();
  private going = true;
  private readonly hands: Promise<unknown>;

  constructor(
    private readonly front: Front,
    private readonly carrier: Carrier,
    private readonly random: Random,
    private readonly surroundings: Surroundings,
  ) {
    this.hands = Promise.all(Array.from({ length: HANDS }, () => this.hand()));
  }

  /** The stories of all who have left since the last time. */
  take(): Story[] {
    const { told } = this;
    this.told = [];
    return told;
  }

  /** Nobody comes any more; returns when the last has left. Who waits for a fault has to be let go of first. */
  async end(): Promise<void> {
    this.going = false;
    await this.hands;
    await Promise.all(this.waiting);
  }

  private async hand(): Promise<void> {
    while (this.going) {
      await this.visit();
      await sleep(this.random.between(...PAUSE_MS));
    }
  }

  private async visit(): Promise<void> {
    const phone = this.phones.shift();
    if (phone === undefined) throw new RangeError('every phone is in use');
    const person = new Person(phone, this.front, this.carrier);
    const leave = (): void => {
      this.told.push(person.story);
      this.phones.push(phone);
    };
    const keyed = this.random.pick([0, 0, 1, 2]);
    const held = await person.send(keyed === 0 ? {} : { keyed });
    if (held === undefined) {
      leave();
      return;
    }
    const { live, long = false } = pickHabit(this.random);
    if (!long) {
      await live(person, held, this.surroundings);
      leave();
    } else if (this.waiting.size < MOST_WAITING) {
      const living = live(person, held, this.surroundings).then(() => {
        leave();
        this.waiting.delete(living);
      });
      this.waiting.add(living);
    } else {
      leave();
    }
  }
}
