/** Reads one value after another, and never past the end: undefined where there are not octets enough. */
export class OctetReader {
  private at = 0;

  constructor(private readonly octets: Buffer) {}

  get remaining(): number {
    return this.octets.length - this.at;
  }

  integer(size: number): number | undefined {
    return this.take(size)?.readUIntBE(0, size);
  }

  /**
   * A C-octet string. The NUL that ends it (SMPP 3.4 §3.1) may be missing at the very end: some SMSCs leave it out
   * behind a message_id, and what they mean is plain.
   */
  text(): string | undefined {
    if (this.remaining === 0) return undefined;
    const nul = this.octets.indexOf(0, this.at);
    const end = nul === -1 ? this.octets.length : nul;
    const value = this.octets.toString('latin1', this.at, end);
    this.at = Math.min(end + 1, this.octets.length);
    return value;
  }

  take(length: number): Buffer | undefined {
    if (length > this.remaining) return undefined;
    this.at += length;
    return this.octets.subarray(this.at - length, this.at);
  }
}
