import { Injectable, Logger, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { StorageUnavailableError } from '@app/sms-verification';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FixedWindowStorage } from '../redis/fixed-window.storage';
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
  /** What `RateLimit-Policy` says of it. */
  readonly policy: string;
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
    await this.count(limits, http.getRequest<FastifyRequest>().ip, http.getResponse<FastifyReply>());
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
      const policy = `"${name}";q=${String(limit)};w=${String(ttl / 1_000)}`;
      return { name, most: limit, windowMs: ttl, policy };
    });
  }

  /** In turn: a request that its address may not make is none of its subnet. */
  private async count(limits: readonly Limit[], ip: string, reply: FastifyReply): Promise<void> {
    const [network, subnet] = [clientNetwork(ip), clientSubnet(ip)];
    const windows = limits.map(({ name, most, windowMs }) => {
      // The hash tag is the subnet, so that an address and its subnet can be counted in one step.
      const key = `sms:ip:{${subnet}}:${name}:${name === 'subnet' ? subnet : network}`;
      return { name, key, most, windowMs };
    });
    const counted = await this.counter.countInTurn(windows).catch((cause: unknown) => {
      // Fail closed: an address that cannot be counted is not let through (rule R17).
      throw new StorageUnavailableError({ cause });
    });

    // Both fields are lists: an item for each limit that the request was counted towards.
    const asked = limits.slice(0, counted.length);
    void reply.header('ratelimit-policy', asked.map(({ policy }) => policy).join(', '));
    const left = asked.map(({ name, most }, index) => {
      const { count = 0, leftMs = 0 } = counted[index] ?? {};
      return `"${name}";r=${String(Math.max(0, most - count))};t=${String(Math.ceil(leftMs / 1_000))}`;
    });
    void reply.header('ratelimit', left.join(', '));

    const [last, full] = [counted.at(-1), asked.at(-1)];
    if (last === undefined || full === undefined || last.count <= full.most) return;
    const { name } = full;
    const counts = name === 'subnet' ? subnet : network;
    this.logger.log({ event: 'rate_limited', limit: name, network: counts });
    throw new RateLimitedError(Math.ceil(last.leftMs / 1_000) * 1_000);
  }

  private get counter(): FixedWindowStorage {
    const { storageService } = this;
    if (storageService instanceof FixedWindowStorage) return storageService;
    throw new TypeError('the storage of the throttler must be one that counts in turn');
  }
}
