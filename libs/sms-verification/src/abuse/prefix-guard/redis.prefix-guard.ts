import type { RedisClient } from '../../storage/redis/lua-script';
import { orUnavailable } from '../../storage/redis/or-unavailable';
import { RedisKeys } from '../../storage/redis/redis-keys';
import { checkDuration } from './checks';
import {
  LEVELS,
  PrefixGuard,
  type AssessRequest,
  type AssessedSend,
  type GuardDecision,
  type Level,
  type LevelState,
  type NumberLevels,
} from './prefix-guard';
import { PREFIX_GUARD_TUNING, type PrefixGuardTuning } from './prefix-guard.tuning';
import { prefixGuardScripts, type PrefixGuardScripts } from './scripts';

const DAY_MS = 24 * 3_600_000;

/**
 * Keeps what the guard knows in Redis, for any number of processes: each method is one Lua script and one round trip.
 * All keys lie on one node of a Cluster, since every number shares its coarser levels with others.
 */
export class RedisPrefixGuard extends PrefixGuard {
  private readonly keys: RedisKeys;
  private readonly scripts: PrefixGuardScripts;

  /**
   * @param client an ioredis client, as RedisSmsCodeStorage takes it
   * @param keyPrefix begins the name of every key
   * @param tuning the same in every process; RangeError unless it is made of whole numbers
   * @param clock for simulations and tests alone: milliseconds since 1970, always ahead of the server's clock, which
   *   it takes the place of
   */
  constructor(
    private readonly client: RedisClient,
    keyPrefix = 'sms:',
    tuning: PrefixGuardTuning = PREFIX_GUARD_TUNING,
    clock?: () => number,
  ) {
    super();
    // The slot of a send tells its day, and the moment of a send, which is told to eight milliseconds, its slot.
    if (DAY_MS % tuning.slotMs !== 0 || tuning.slotMs % 8 !== 0) {
      throw new RangeError('slotMs must be a multiple of 8, and a day a whole number of slots');
    }
    this.keys = new RedisKeys(keyPrefix);
    this.scripts = prefixGuardScripts(tuning, clock);
  }

  override assess({ levels, known, challenged, resend, mode }: AssessRequest): Promise<GuardDecision> {
    const args = { terms: [known, challenged, resend, mode === 'enforce'].map(Number).join('') };
    return orUnavailable(this.scripts.assess.run(this.client, this.keysOf(levels), args));
  }

  override release({ levels, assessedAt }: AssessedSend): Promise<void> {
    const args = { assessedAt, verified: 0 };
    return orUnavailable(this.scripts.correct.run(this.client, this.keysOf(levels), args));
  }

  override recordVerified({ levels, assessedAt }: AssessedSend): Promise<void> {
    const args = { assessedAt, verified: 1 };
    return orUnavailable(this.scripts.correct.run(this.client, this.keysOf(levels), args));
  }

  override block(level: Level, levels: NumberLevels, durationMs: number): Promise<void> {
    return this.setManual(level, levels, { open: 0, durationMs });
  }

  override unblock(level: Level, levels: NumberLevels, durationMs: number): Promise<void> {
    return this.setManual(level, levels, { open: 1, durationMs });
  }

  override async explain(levels: NumberLevels): Promise<readonly LevelState[]> {
    const told = await orUnavailable(this.scripts.explain.run(this.client, this.keysOf(levels), {}));
    return LEVELS.map((level) => ({ level, name: levels[level], ...told[level] }));
  }

  private async setManual(
    level: Level,
    levels: NumberLevels,
    setting: { readonly open: 0 | 1; readonly durationMs: number },
  ): Promise<void> {
    checkDuration(setting.durationMs);
    const key = { level: this.keys.guardLevel(levels[level]) };
    const args = { depth: LEVELS.indexOf(level) + 1, ...setting };
    await orUnavailable(this.scripts.setManual.run(this.client, key, args));
  }

  private keysOf({ country, operator, range }: NumberLevels) {
    return {
      start: this.keys.guardStart(),
      country: this.keys.guardLevel(country),
      operator: this.keys.guardLevel(operator),
      range: this.keys.guardLevel(range),
    };
  }
}
