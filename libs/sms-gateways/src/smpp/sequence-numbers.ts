/** SMPP 3.4 §5.1.4: from 1 to this. */
const LAST = 0x7fff_ffff;

/** Numbers requests, one after another, and from 1 again after the last number there is. */
export class SequenceNumbers {
  constructor(private current = 0) {}

  /** The next number, but for those that are in use: a request may still wait when its number comes round again. */
  next(inUse: { has(number: number): boolean }): number {
    do this.current = (this.current % LAST) + 1;
    while (inUse.has(this.current));
    return this.current;
  }
}
