import { applyDecorators, Injectable, Logger, type ExecutionContext } from '@nestjs/common';
import { StorageUnavailableError } from '@app/sms-verification';
import { SkipThrottle, ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork, clientSubnet } from './client-network';
import { RateLimitedError } from './rate-limited.error';

/** The limits there are. `subnet` counts sends, too, for the wider network that the client's address is of. */
export const IP_LIMITS = ['send', 'verify', 'subnet'] as const;
export type IpLimitName = (typeof IP_LIMITS)[number];

/** Counts the route's requests towards this limit of the client's address; sends towards that of its subnet too. */
export function IpLimit(name: 'send' | 'verify'): MethodDecorator & ClassDecorator {
  const own: readonly IpLimitName[] = name === 'send' ? ['send', 'subnet'] : [name];
  const others = IP_LIMITS.filter((other) => !own.includes(other));
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
    const { ip } = requestOf(context);
    const network = name === 'subnet' ? clientSubnet(ip) : clientNetwork(ip);
    const key = this.generateKey(context, network, name);
    const { totalHits, timeToExpire, isBlocked, timeToBlockExpire } = await this.storageService
      .increment(key, ttl, limit, blockDuration, name)
      .catch((cause: unknown) => {
        // Fail closed: an address that cannot be counted is not let through (rule R17).
        throw new StorageUnavailableError({ cause });
      });

    const remaining = Math.max(0, limit - totalHits);
    const resetSeconds = isBlocked ? timeToBlockExpire : timeToExpire;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    addItem(reply, 'ratelimit-policy', `"${name}";q=${String(limit)};w=${String(ttl / 1_000)}`);
    addItem(reply, 'ratelimit', `"${name}";r=${String(remaining)};t=${String(resetSeconds)}`);
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

/** Both fields are lists: an item for each limit that the route counts towards. */
function addItem(reply: FastifyReply, field: string, item: string): void {
  const before = reply.getHeader(field);
  void reply.header(field, typeof before === 'string' ? `${before}, ${item}` : item);
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
