/** This client has made too many requests. */
export class RateLimitedError extends Error {
  constructor(readonly retryAfterMs: number) {
    super('This client has sent too many requests. Wait before sending more.');
    this.name = RateLimitedError.name;
  }
}
