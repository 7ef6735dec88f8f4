const TICK_MS = 20;
const NOTICED_MS = 100;

/**
 * How long this process was not given the machine: time in which nothing that is promised can happen either, on a
 * machine that has other work or that its host suspends. A promise in seconds is held to the rest.
 */
export class Stillness {
  private last = performance.now();
  private stillMs = 0;
  private readonly timer = setInterval(() => {
    this.look();
  }, TICK_MS);

  /** Ends the watch, and tells for how long the machine stood still. */
  end(): number {
    clearInterval(this.timer);
    this.look();
    return this.stillMs;
  }

  private look(): void {
    const now = performance.now();
    const late = now - this.last - TICK_MS;
    if (late > NOTICED_MS) this.stillMs += late;
    this.last = now;
  }
}
