import { Inject, Injectable, Logger, Optional, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { checkRedisServer, type RedisClient } from '@app/sms-verification';
import type { Settings } from '../config/settings';
import { REDIS_CLIENT } from './redis.module';

/** Redis serves, but not as the rules need it; the message says what to change. */
export class UnfitServerError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Redis cannot be used as it is set up:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = UnfitServerError.name;
  }
}

/**
 * Checks that Redis gives what the rules rest on: at the start, which it stops, and whenever Redis is reached again, for
 * it may be another server then; readiness fails as long as what was found last does not do. Strict in production and
 * with the fence; otherwise it only warns.
 */
@Injectable()
export class ServerFitness implements OnApplicationBootstrap {
  private problems: readonly string[] = [];
  private readonly logger = new Logger(ServerFitness.name);

  constructor(
    private readonly settings: ConfigService<Settings, true>,
    @Optional() @Inject(REDIS_CLIENT) private readonly client?: RedisClient,
  ) {}

  /** @throws UnfitServerError when Redis was reached and does not do */
  async onApplicationBootstrap(): Promise<void> {
    const { client } = this;
    if (client === undefined) return;
    const reached = client.status === 'ready';
    if (reached) await this.check(client);
    if (this.problems.length > 0) throw new UnfitServerError(this.problems);
    client.on('ready', () => {
      void this.check(client).then(() => {
        if (this.problems.length > 0) this.logger.error(new UnfitServerError(this.problems).message);
      });
    });
  }

  /** What is wrong with the server, if anything. Looks again where something was: it may have been set right since. */
  async currentProblems(): Promise<readonly string[]> {
    if (this.client !== undefined && this.problems.length > 0) await this.check(this.client);
    return this.problems;
  }

  private async check(client: RedisClient): Promise<void> {
    const durability = this.settings.get('durability', { infer: true });
    const strict = this.settings.get('production', { infer: true }) || durability === 'fence';
    // One that goes away while it is asked is asked when it is back; until then, nothing is served anyway.
    const report = await checkRedisServer(client, durability).catch(() => undefined);
    if (report === undefined) return;
    this.problems = strict ? report.problems : [];
    for (const doubt of [...report.doubts, ...(strict ? [] : report.problems)]) this.logger.warn(doubt);
  }
}
