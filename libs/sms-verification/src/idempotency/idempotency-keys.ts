import { createHmac } from 'node:crypto';
import { IdempotencyConflictError } from '../sms-verification.errors';
import type { IdempotencyDigest, SmsCodeStorage } from '../storage/sms-code.storage';
import type { VerificationPolicy } from '../verification-policy';

/**
 * Digests idempotency keys and what depends on them (rule R11). Keyed, so that storage neither learns what clients
 * chose as keys nor, from a proof that is derived, how to derive it.
 */
export class IdempotencyKeys {
  constructor(
    private readonly secret: string,
    private readonly storage: SmsCodeStorage,
  ) {}

  /**
   * Binds a client's key to its request, and returns what storage knows its answer by.
   *
   * @param parts everything that makes the request what it is, the operation first
   * @throws IdempotencyConflictError when the key is bound to another request
   */
  async claim(
    clientKey: string,
    parts: readonly string[],
    { idempotencyMs }: VerificationPolicy,
  ): Promise<IdempotencyDigest> {
    const [operation = ''] = parts;
    const key = this.hmac('key', [operation, clientKey]).toString('base64url').slice(0, 22);
    const request = this.hmac('request', parts).toString('base64url').slice(0, 22);
    if (!(await this.storage.claimIdempotencyKey(key, request, idempotencyMs)))
      throw new IdempotencyConflictError();
    // Claim and answer expire apart. Should the claim go first, another request finds no answer but its own.
    return this.hmac('answer', [clientKey, ...parts])
      .toString('base64url')
      .slice(0, 22);
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
