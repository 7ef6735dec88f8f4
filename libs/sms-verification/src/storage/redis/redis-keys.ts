import { hash } from 'node:crypto';
import type { PhoneFingerprint } from '../../phone/phone-fingerprint';

/**
 * The names of all keys. Each carries the phone's fingerprint as its hash tag, so that every script stays on
 * one node of a Cluster (rule R13).
 */
export class RedisKeys {
  constructor(private readonly prefix: string) {}

  /** A hash: cooldowns, quota, failure counts, verifications and proofs of one phone. Layout: lua/include/layout.lua. */
  record(phone: PhoneFingerprint): string {
    return `${this.prefix}{${phone}}`;
  }

  /** A string: there for 90 days after the phone has verified. */
  known(phone: PhoneFingerprint): string {
    return `${this.prefix}{${phone}}:known`;
  }

  /** A string: whose message it is that a gateway calls by this name, for its delivery reports. */
  message(gateway: string, messageId: string): string {
    // Digested, because gateways choose names of any length and with any characters.
    const name = hash('sha256', `${gateway}:${messageId}`, 'base64url').slice(0, 22);
    return `${this.prefix}message:{${name}}`;
  }

  /** A string: the digest of the request that an idempotency key belongs to. */
  claim(idempotencyKey: string): string {
    return `${this.prefix}idempotency:{${idempotencyKey}}`;
  }

  /** A string: there as long as the answer to a challenge stays spent. */
  challenge(digest: string): string {
    return `${this.prefix}challenge:{${digest}}`;
  }

  /** A string: there for a minute after the server has proven that it can be written to. */
  health(): string {
    return `${this.prefix}{health}`;
  }

  /** A hash: what messages have cost today, in all and by country. */
  budget(): string {
    return `${this.prefix}{budget}`;
  }

  /** A string: what the prefix guard keeps of a level of numbers. Layout: lua/include/guard-record.lua. */
  guardLevel(name: string): string {
    return `${this.prefix}{guard}:${name}`;
  }

  /** A string: when the prefix guard saw its first send. No level has a name in lower case alone. */
  guardStart(): string {
    return `${this.prefix}{guard}:start`;
  }
}
