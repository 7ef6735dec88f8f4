import { createHmac } from 'node:crypto';

/** A client's key, as storage knows it. */
export interface KeyedRequest {
  /** What storage knows the key by. */
  readonly key: string;
  /** What storage knows the request by; a key that comes with another one is refused. */
  readonly request: string;
}

/**
 * Digests idempotency keys and what depends on them (rule R11). Keyed, so that storage neither learns what clients
 * chose as keys nor, from a proof that is derived, how to derive it.
 */
export class IdempotencyKeys {
  constructor(private readonly secret: string) {}

  /** @param parts everything that makes the request what it is, the operation first */
  digest(clientKey: string, parts: readonly string[]): KeyedRequest {
    const [operation = ''] = parts;
    return {
      key: this.hmac('key', [operation, clientKey]).toString('base64url').slice(0, 22),
      request: this.hmac('request', parts).toString('base64url').slice(0, 22),
    };
  }

  /** The secret of a proof, the same for each repeat of one request, so that the token need not be stored. */
  proofSecret(clientKey: string, parts: readonly string[]): Buffer {
    return this.hmac('proof', [clientKey, ...parts]);
  }

  private hmac(label: string, parts: readonly string[]): Buffer {
    // JSON keeps the parts apart whatever they contain.
    return createHmac('sha256', this.secret)
      .update(JSON.stringify(['idempotency', label, ...parts]))
      .digest();
  }
}
