import { ConfigService } from '@nestjs/config';
import { ThrottlerModule } from '@nestjs/throttler';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { HumanChallenge, PhoneNumber, type ChallengeOffer } from '@app/sms-verification';
import { ChallengeModule } from '../../apps/api/src/challenge/challenge.module';
import type { ChallengeSettings } from '../../apps/api/src/challenge/create-challenge';
import { FixedWindowStorage } from '../../apps/api/src/redis/fixed-window.storage';
import { configureApp, createAdapter } from '../../apps/api/src/configure-app';
import { IP_LIMITS } from '../../apps/api/src/http/ip-limit.guard';
import { solveAltcha } from './solve-altcha';

const PHONE = '+14155550100';
const LIMIT = 6;

describe('POST /auth/sms/challenge', () => {
  let app: NestFastifyApplication;

  async function start(challenge: ChallengeSettings): Promise<void> {
    const settings = {
      abuse: { challenge },
      verification: { phoneKey: 'a phone key of this test, thirty-two bytes' },
      http: { host: '127.0.0.1', port: 0, trustProxy: false as const, shutdownGraceMs: 0, docs: false },
    };
    const throttlers = IP_LIMITS.map((name) => ({
      name,
      limit: name === 'verify' ? LIMIT : 1,
      ttl: 600_000,
    }));
    const testing = await Test.createTestingModule({
      imports: [
        ThrottlerModule.forRoot({ throttlers, storage: new FixedWindowStorage() }),
        ChallengeModule.register(settings),
      ],
      providers: [{ provide: ConfigService, useValue: new ConfigService({ logFormat: 'text' }) }],
    }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(createAdapter(settings), {
      bodyParser: false,
      logger: false,
    });
    configureApp(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  }
  afterEach(() => app.close());

  const ask = (payload: object) => app.inject({ method: 'POST', url: '/auth/sms/challenge', payload });

  it('answers with a task whose solution is taken for this phone', async () => {
    await start({ kind: 'altcha' });
    const answer = await ask({ phone: '(415) 555-0100', region: 'US' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    const offer = answer.json<ChallengeOffer>();
    expect(offer.kind).toBe('altcha');
    const solution = await solveAltcha(offer);
    expect(solution.length).toBeLessThan(2_048);
    expect(await app.get(HumanChallenge).verify(solution, { phone: PhoneNumber.parse(PHONE) })).toBe(true);
  });

  it.each(['turnstile', 'hcaptcha'] as const)(
    'answers with the site key of %s, and no secret',
    async (kind) => {
      await start({ kind, siteKey: 'site', secret: 'secret' });
      expect((await ask({ phone: PHONE })).json()).toEqual({ kind, siteKey: 'site' });
    },
  );

  it('is not found where no challenge is configured', async () => {
    await start({ kind: 'none' });
    const answer = await ask({ phone: PHONE });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not_found']);
  });

  it('refuses what is no phone, and members that it does not know', async () => {
    await start({ kind: 'altcha' });
    const problems = await Promise.all([
      ask({}),
      ask({ phone: PHONE, purpose: 'login' }),
      ask({ phone: '+1415555' }),
      ask({ phone: '+442071838750' }),
    ]);
    expect(problems.map((answer) => answer.json<{ code: string }>().code)).toEqual([
      'invalid_request',
      'invalid_request',
      'phone_invalid',
      'phone_not_supported',
    ]);
  });

  it('counts towards the limit of verify, and is refused by it', async () => {
    await start({ kind: 'altcha' });
    const answers = await Promise.all(Array.from({ length: LIMIT + 1 }, () => ask({ phone: PHONE })));
    expect(answers[0]?.headers['ratelimit-policy']).toBe(`"verify";q=${String(LIMIT)};w=600`);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([
      ...Array<number>(LIMIT).fill(200),
      429,
    ]);
  });
});
