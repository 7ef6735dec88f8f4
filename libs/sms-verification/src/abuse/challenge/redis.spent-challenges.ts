import { StorageUnavailableError } from '../../sms-verification.errors';
import type { RedisClient } from '../../storage/redis/lua-script';
import { drawNonce } from '../../storage/redis/nonce';
import { RedisKeys } from '../../storage/redis/redis-keys';
import { spendChallenge } from '../../storage/redis/scripts';
import { SpentChallenges } from './spent-challenges';

/** Remembers in Redis, for all instances: one script, one round trip, one key that expires by itself. */
export class RedisSpentChallenges extends SpentChallenges {
  private readonly keys: RedisKeys;

  /**
   * @param client an ioredis client, as for RedisSmsCodeStorage
   * @param keyPrefix begins the name of every key
   */
  constructor(
    private readonly client: RedisClient,
    keyPrefix = 'sms:',
  ) {
    super();
    this.keys = new RedisKeys(keyPrefix);
  }

  override async spend(id: string, ttlMs: number): Promise<boolean> {
    try {
      return await spendChallenge.run(
        this.client,
        { challenge: this.keys.challenge(id) },
        { ttlMs, nonce: drawNonce() },
      );
    } catch (cause) {
      // Fail closed: an answer of which nobody knows whether it was given before is not taken (rule R17).
      throw new StorageUnavailableError({ cause });
    }
  }
}
