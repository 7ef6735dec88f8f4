import { Injectable, Logger, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { StorageUnavailableError } from '@app/sms-verification';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork, clientSubnet } from './client-network';
import { RateLimitedError } from './rate-limited.error';

/** The limits there are. `subnet` counts sends, too, for the wider network that the client's address is of. */
export const IP_LIMITS = ['send', 'verify', 'subnet'] as const;
export type IpLimitName = (typeof IP_LIMITS)[number];

const LIMITS_OF_ROUTE = Symbol('limits of a route');

/** Counts the route's requests towards this limit of the client's address; sends towards that of its subnet too. */
export function IpLimit(name: 'send' | 'verify'): MethodDecorator {
  const own: readonly IpLimitName[] = name === 'send' ? ['send', 'subnet'] : [name];
  return SetMetadata(LIMITS_OF_ROUTE, own);
}

/** A limit with its numbers. */
interface Limit {
  readonly name: IpLimitName;
  readonly most: number;
  readonly windowMs: number;
}

type Route = ReturnType<ExecutionContext['getHandler']>;

/**
 * Limits requests per client address. All routes that name the same limit share one count, and the answer
 * carries the fields of draft-ietf-httpapi-ratelimit-headers.
 */
@Injectable()
export class IpLimitGuard extends ThrottlerGuard {
  // The context under which all outcomes are logged (ASVS 16.3.3), see VerificationLog.
  protected override readonly logger = new Logger('Verification');
  /** A route's limits never change, and to look them up anew takes longer than to count. */
  private readonly limits = new Map<Route, readonly Limit[]>();

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = context.getHandler();
    let limits = this.limits.get(route);
    if (limits === undefined) this.limits.set(route, (limits = this.limitsOf(route)));
    const http = context.switchToHttp();
    const { ip } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // In turn: a request that its address may not make is none of its subnet.
    for (const limit of limits) await this.count(limit, ip, reply);
    return true;
  }

  /** A route that names none counts towards all. */
  private limitsOf(route: Route): readonly Limit[] {
    const names = this.reflector.get<readonly IpLimitName[] | undefined>(LIMITS_OF_ROUTE, route) ?? IP_LIMITS;
    // In the order of IP_LIMITS: the throttler has them by how long they last.
    return IP_LIMITS.flatMap((name) => {
      const throttler = this.throttlers.find((one) => one.name === name);
      if (throttler === undefined || !names.includes(name)) return [];
      const { limit, ttl } = throttler;
      if (typeof limit !== 'number' || typeof ttl !== 'number')
        throw new TypeError('a limit must be a number');
      return { name, most: limit, windowMs: ttl };
    });
  }

  private async count({ name, most, windowMs }: Limit, ip: string, reply: FastifyReply): Promise<void> {
    const network = name === 'subnet' ? clientSubnet(ip) : clientNetwork(ip);
    const { totalHits, timeToExpire, isBlocked, timeToBlockExpire } = await this.storageService
      .increment(`sms:ip:${name}:${network}`, windowMs, most, windowMs, name)
      .catch((cause: unknown) => {
        // Fail closed: an address that cannot be counted is not let through (rule R17).
        throw new StorageUnavailableError({ cause });
      });

    const remaining = Math.max(0, most - totalHits);
    const resetSeconds = isBlocked ? timeToBlockExpire : timeToExpire;
    addItem(reply, 'ratelimit-policy', `"${name}";q=${String(most)};w=${String(windowMs / 1_000)}`);
    addItem(reply, 'ratelimit', `"${name}";r=${String(remaining)};t=${String(resetSeconds)}`);
    if (!isBlocked) return;
    this.logger.log(JSON.stringify({ event: 'rate_limited', limit: name, network }));
    throw new RateLimitedError(timeToBlockExpire * 1_000);
  }
}

/** Both fields are lists: an item for each limit that the route counts towards. */
function addItem(reply: FastifyReply, field: string, item: string): void {
  const before = reply.getHeader(field);
  void reply.header(field, typeof before === 'string' ? `${before}, ${item}` : item);
}
