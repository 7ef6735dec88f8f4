import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { batchWrites } from '../../../apps/api/src/redis/batched-writes';
import { countInWindows } from '../../../apps/api/src/redis/count-in-windows';
import { RedisMoneyBudget } from '../../../libs/sms-verification/src/abuse/budget/redis.money-budget';
import { RedisPrefixGuard } from '../../../libs/sms-verification/src/abuse/prefix-guard/redis.prefix-guard';
import { PREFIX_GUARD_TUNING } from '../../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { SmsGateway, type SmsMessage } from '../../../libs/sms-verification/src/gateway/sms.gateway';
import type { PhoneNumber } from '../../../libs/sms-verification/src/phone/phone-number';
import { SmsVerificationEvents } from '../../../libs/sms-verification/src/sms-verification.events';
import { resolveOptions } from '../../../libs/sms-verification/src/sms-verification.options';
import { SmsVerificationService } from '../../../libs/sms-verification/src/sms-verification.service';
import { RedisSmsCodeStorage } from '../../../libs/sms-verification/src/storage/redis/redis.sms-code.storage';
import { PLACES, type Place } from '../../sizing/figures';
import { RedisServer } from '../../support/redis-server';

const DAY_MS = 86_400_000;
const IP_WINDOW_MS = 600_000;

/**
 * The service with everything on, and a Redis server for each place its keys can be in: what a server is asked, and
 * how long that takes it, is then the place's. The limits of client addresses are counted as the application does.
 */
export class ServiceOnPlaces {
  readonly gateway = new KeepingGateway();
  readonly service: SmsVerificationService;

  private constructor(
    private readonly servers: readonly RedisServer[],
    readonly clients: Readonly<Record<Place, Redis>>,
    policy: { readonly cooldownsMs?: readonly number[] },
  ) {
    const options = resolveOptions({
      ...policy,
      gateway: this.gateway,
      storage: new RedisSmsCodeStorage(clients.phones),
      codeSecret: 'c'.repeat(32),
      phoneKey: 'f'.repeat(32),
      abuse: {
        // Judges each send in full, and lets pass what so many sends at once would make it refuse.
        mode: 'record',
        guard: new RedisPrefixGuard(clients.guard),
        budget: new RedisMoneyBudget(clients.budget),
        prices: { byCountry: new Map(), defaultMicros: 10_000 },
      },
    });
    this.service = new SmsVerificationService(
      options,
      options.storage,
      this.gateway,
      new SmsVerificationEvents(),
    );
  }

  static async start(policy: { readonly cooldownsMs?: readonly number[] }): Promise<ServiceOnPlaces> {
    const servers = await Promise.all(PLACES.map(() => RedisServer.start('--appendonly', 'no')));
    const open = (place: Place): Redis => {
      const client = new Redis(servers[PLACES.indexOf(place)]?.url ?? '');
      batchWrites(client);
      return client;
    };
    const clients = {
      phones: open('phones'),
      limits: open('limits'),
      guard: open('guard'),
      budget: open('budget'),
    };
    const service = new ServiceOnPlaces(servers, clients, policy);
    await service.warmUpGuard();
    return service;
  }

  /** Counts a request towards the limits of the address it came from. */
  async countFor(route: 'send' | 'verify', address: string): Promise<void> {
    const network = address.replace(/[0-9]+$/, '0/24');
    const tagged = `sms:ip:{${network}}`;
    const window = { windowMs: IP_WINDOW_MS, most: Number.MAX_SAFE_INTEGER };
    const own = { ...window, key: `${tagged}:${route}:${address}` };
    const subnet = { ...window, key: `${tagged}:subnet:${network}` };
    await countInWindows(this.clients.limits, route === 'send' ? [own, subnet] : [own]);
  }

  async stop(): Promise<void> {
    for (const client of Object.values(this.clients)) client.disconnect();
    for (const server of this.servers) await server.dispose();
  }

  /** As if its first send was longer ago than it warms up for. */
  private async warmUpGuard(): Promise<void> {
    const start = Buffer.alloc(6);
    start.writeUIntBE(Date.now() - PREFIX_GUARD_TUNING.warmUpMs - DAY_MS, 0, 6);
    await this.clients.guard.set('sms:{guard}:start', start, 'PX', 90 * DAY_MS);
  }
}

/** Accepts every message, and keeps the last one of each number. */
class KeepingGateway extends SmsGateway {
  private readonly last = new Map<string, { readonly code: string; readonly messageId: string }>();

  override send({ phone, code }: SmsMessage) {
    const messageId = randomUUID();
    this.last.set(phone.e164, { code, messageId });
    return Promise.resolve({ messageId, gateway: 'inbox' });
  }

  lastFor(phone: PhoneNumber): { readonly code: string; readonly messageId: string } {
    const last = this.last.get(phone.e164);
    if (last === undefined) throw new RangeError('nothing was sent to that number');
    return last;
  }
}
