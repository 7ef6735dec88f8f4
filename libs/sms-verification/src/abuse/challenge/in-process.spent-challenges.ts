import { ExpiringMap } from '../../storage/in-process/expiring-map';
import { SpentChallenges } from './spent-challenges';

/** Remembers in this process's memory: good for one process, forgotten when it ends. */
export class InProcessSpentChallenges extends SpentChallenges {
  private readonly spent: ExpiringMap<true>;

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number) {
    super();
    this.spent = new ExpiringMap(now);
  }

  override spend(id: string, ttlMs: number): Promise<boolean> {
    // Atomic, because nothing is awaited between the look and the write.
    const isNew = this.spent.get(id) === undefined;
    if (isNew) this.spent.set(id, true, this.now() + ttlMs);
    return Promise.resolve(isNew);
  }
}
