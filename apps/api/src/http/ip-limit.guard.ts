import { applyDecorators, Injectable, Logger, type ExecutionContext } from '@nestjs/common';
import { StorageUnavailableError } from '@app/sms-verification';
import { SkipThrottle, ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork } from './client-network';
import { RateLimitedError } from './rate-limited.error';

/** The limits there are; each route names the one that it counts towards. */
export const IP_LIMITS = ['send', 'verify'] as const;
export type IpLimitName = (typeof IP_LIMITS)[number];

/** Counts the route's requests towards this limit of the client's address. */
export function IpLimit(name: IpLimitName): MethodDecorator & ClassDecorator {
  const others = IP_LIMITS.filter((other) => other !== name);
  return applyDecorators(SkipThrottle(Object.fromEntries(others.map((other) => [other, true]))));
}

/**
 * Limits requests per client address. All routes that name the same limit share one count, and the answer
 * carries the fields of draft-ietf-httpapi-ratelimit-headers.
 */
@Injectable()
export class IpLimitGuard extends ThrottlerGuard {
  // The context under which all outcomes are logged (ASVS 16.3.3), see VerificationLog.
  protected override readonly logger = new Logger('Verification');

  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, blockDuration, throttler } = request;
    const name = throttler.name ?? 'default';
    const network = clientNetwork(requestOf(context).ip);
    const key = this.generateKey(context, network, name);
    const { totalHits, timeToExpire, isBlocked, timeToBlockExpire } = await this.storageService
      .increment(key, ttl, limit, blockDuration, name)
      .catch((cause: unknown) => {
        // Fail closed: an address that cannot be counted is not let through (rule R17).
        throw new StorageUnavailableError({ cause });
      });

    const remaining = Math.max(0, limit - totalHits);
    const resetSeconds = isBlocked ? timeToBlockExpire : timeToExpire;
    void context
      .switchToHttp()
      .getResponse<FastifyReply>()
      .header('ratelimit-policy', `"${name}";q=${String(limit)};w=${String(ttl / 1_000)}`)
      .header('ratelimit', `"${name}";r=${String(remaining)};t=${String(resetSeconds)}`);
    if (isBlocked) {
      this.logger.log(JSON.stringify({ event: 'rate_limited', limit: name, network }));
      throw new RateLimitedError(timeToBlockExpire * 1_000);
    }
    return true;
  }

  protected override generateKey(_context: ExecutionContext, network: string, name: string): string {
    return `sms:ip:${name}:${network}`;
  }
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
