import { MessageRefusedError } from '@app/sms-verification';

/**
 * How many submits may be unanswered at once (SMPP 3.4 §2.7.1), and a bounded queue before it: who finds the queue
 * full is refused at once, so that a slow SMSC costs waiting people their patience and not this process its memory.
 */
export class SubmitWindow {
  private taken = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly size: number,
    private readonly queueLimit: number,
  ) {}

  /**
   * Takes a place, in turn, and returns what gives it back.
   *
   * @throws MessageRefusedError when the queue is full, or the signal aborts before a place is free
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.taken < this.size) this.taken += 1;
    else await this.turn(signal);
    return () => {
      const [next] = this.waiting;
      if (next === undefined) this.taken -= 1;
      else next();
    };
  }

  /** Resolves with the place of one who leaves: the count of places taken stays. */
  private turn(signal: AbortSignal): Promise<void> {
    if (this.waiting.size >= this.queueLimit) {
      return Promise.reject(new MessageRefusedError('too many messages wait for the SMSC'));
    }
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.waiting.delete(admit);
        reject(new MessageRefusedError('no place in the submit window became free in time'));
      };
      const admit = (): void => {
        this.waiting.delete(admit);
        signal.removeEventListener('abort', aborted);
        resolve();
      };
      this.waiting.add(admit);
      signal.addEventListener('abort', aborted, { once: true });
    });
  }
}
