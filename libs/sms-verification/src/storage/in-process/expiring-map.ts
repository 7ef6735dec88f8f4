/**
 * A map whose entries vanish at a time of their own. Expired entries are invisible at once; their memory is
 * given back little by little by later writes, so that no timer is needed and no write pays for many.
 */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly until: number }>();
  private sweep = this.entries.entries();

  constructor(private readonly now: () => number) {}

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    return entry === undefined || entry.until <= this.now() ? undefined : entry.value;
  }

  set(key: string, value: V, until: number): void {
    this.entries.set(key, { value, until });
    // Two looks for each write visit every entry sooner than the map can double.
    this.sweepOne();
    this.sweepOne();
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Entries held, expired ones that still await their sweep included. */
  get size(): number {
    return this.entries.size;
  }

  private sweepOne(): void {
    const next = this.sweep.next();
    if (next.done === true) {
      this.sweep = this.entries.entries();
      return;
    }
    const [key, { until }] = next.value;
    if (until <= this.now()) this.entries.delete(key);
  }
}
