import { Controller, Post, UseGuards } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ThrottlerModule } from '@nestjs/throttler';
import { FixedWindowStorage } from '../redis/fixed-window.storage';
import { IpLimit, IpLimitGuard } from './ip-limit.guard';
import { ProblemFilter } from './problem.filter';

@Controller()
@UseGuards(IpLimitGuard)
class LimitedController {
  @Post('send')
  @IpLimit('send')
  send(): string {
    return 'reached';
  }

  @Post('verify')
  @IpLimit('verify')
  verify(): string {
    return 'reached';
  }

  @Post('redeem')
  @IpLimit('verify')
  redeem(): string {
    return 'reached';
  }
}

class BrokenStorage extends FixedWindowStorage {
  override countInTurn(): ReturnType<FixedWindowStorage['countInTurn']> {
    return Promise.reject(new Error('connect ECONNREFUSED'));
  }
}

describe(IpLimitGuard.name, () => {
  let app: NestFastifyApplication;

  beforeEach(() => start());
  afterEach(() => app.close());

  async function start(
    storage = new FixedWindowStorage(),
    more: readonly { name: string; limit: number; ttl: number }[] = [],
  ): Promise<void> {
    const throttlers = [
      { name: 'send', limit: 2, ttl: 600_000 },
      { name: 'verify', limit: 3, ttl: 600_000 },
      ...more,
    ];
    const testing = await Test.createTestingModule({
      imports: [ThrottlerModule.forRoot({ throttlers, storage })],
      controllers: [LimitedController],
    }).compile();
    const adapter = new FastifyAdapter({ trustProxy: 1 });
    app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    await app.init();
  }

  const post = (route: string, from = '192.0.2.1'): ReturnType<typeof app.inject> =>
    app.inject({ method: 'POST', url: `/${route}`, headers: { 'x-forwarded-for': from } });
  const statuses = async (...requests: [string, string?][]): Promise<number[]> => {
    const answers: number[] = [];
    for (const request of requests) answers.push((await post(...request)).statusCode);
    return answers;
  };

  it('lets as many requests of an address pass as its limit says, and says when the next may [ASVS 2.4.1]', async () => {
    expect(await statuses(['send'], ['send'])).toEqual([201, 201]);
    const { statusCode, headers, body } = await post('send');

    expect(statusCode).toBe(429);
    expect(headers['retry-after']).toBe('600');
    expect(JSON.parse(body)).toMatchObject({ code: 'rate_limited', retryAfter: 600 });
  });

  it('tells with every answer how much of the limit is left', async () => {
    const fields = (await post('send')).headers;
    await post('send');
    const last = (await post('send')).headers;

    expect([fields['ratelimit-policy'], fields['ratelimit']]).toEqual([
      '"send";q=2;w=600',
      '"send";r=1;t=600',
    ]);
    expect([last['ratelimit-policy'], last['ratelimit']]).toEqual(['"send";q=2;w=600', '"send";r=0;t=600']);
  });

  it('counts the routes of one limit together, and those of another apart', async () => {
    expect(await statuses(['verify'], ['redeem'], ['verify'], ['redeem'], ['verify'])).toEqual([
      201, 201, 201, 429, 429,
    ]);
    expect(await statuses(['send'])).toEqual([201]);
  });

  it.each([
    ['another IPv4 address apart', '192.0.2.1', '192.0.2.2', 201],
    ['an IPv4 address written as IPv6 together with itself', '192.0.2.1', '::ffff:192.0.2.1', 429],
    ['one IPv6 /64 together', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 429],
    ['another IPv6 /64 apart', '2001:db8:1:2::1', '2001:db8:1:3::1', 201],
    ['whatever a proxy could not name together', 'unknown', 'garbage', 429],
  ])('counts %s', async (_what, first, second, status) => {
    expect(await statuses(['send', first], ['send', first], ['send', second])).toEqual([201, 201, status]);
  });

  it('believes of what was forwarded the last address alone, which the proxy itself wrote', async () => {
    const spoofed = ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((fake) => `${fake}, 192.0.2.1`);

    expect(await statuses(...spoofed.map((from): [string, string] => ['send', from]))).toEqual([
      201, 201, 429,
    ]);
  });

  it('counts for its subnet nothing that an address may not ask, though the subnet’s time is shorter', async () => {
    await app.close();
    await start(undefined, [{ name: 'subnet', limit: 3, ttl: 60_000 }]);
    const sends = Array.from({ length: 6 }, (): [string, string] => ['send', '192.0.2.1']);

    expect(await statuses(...sends)).toEqual([201, 201, 429, 429, 429, 429]);
    expect(await statuses(['send', '192.0.2.2'], ['send', '192.0.2.3'])).toEqual([201, 429]);
  });

  it('lets nothing pass when it cannot count (R17) [ASVS 16.5.3]', async () => {
    await app.close();
    await start(new BrokenStorage());
    const { statusCode, body } = await post('send');

    expect(statusCode).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ code: 'storage_unavailable', retryAfter: 1 });
  });
});
