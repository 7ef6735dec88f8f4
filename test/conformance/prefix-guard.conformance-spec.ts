import { randomBytes } from 'node:crypto';
import { PhoneNumber, RedisPrefixGuard, StorageUnavailableError } from '@app/sms-verification';
import { InProcessPrefixGuard } from '../../libs/sms-verification/src/abuse/prefix-guard/in-process.prefix-guard';
import { levelsOf } from '../../libs/sms-verification/src/abuse/prefix-guard/number-levels';
import type {
  AssessRequest,
  GuardDecision,
  Level,
  LevelState,
  NumberLevels,
  PrefixGuard,
} from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';
import { keysUnder } from '../support/time-travel';
import { TOPOLOGIES } from '../support/topologies';
import {
  DAY,
  HOUR,
  MINUTE,
  SECOND,
  openInProcessGuard,
  openRedisGuard,
  type GuardUnderTest,
  type RedisGuardUnderTest,
} from './prefix-guard-under-test';

const NUMBER: NumberLevels = { country: 'FR', operator: 'FR-61', range: 'FR-aaaaaaaaaa' };
/** Of the same country, and of nothing else that is the number's. */
const ELSEWHERE: NumberLevels = { country: 'FR', operator: 'FR-75', range: 'FR-bbbbbbbbbb' };
/** Judged is what is older than all slots. */
const RIPE = 3 * MINUTE + 30 * SECOND;
/** Without a warm-up, unless a test is about it. */
const WARM: Partial<PrefixGuardTuning> = { warmUpMs: 0 };

describe.each([
  { name: InProcessPrefixGuard.name, open: openInProcessGuard },
  ...TOPOLOGIES.map(({ where, connect }) => ({
    name: `${RedisPrefixGuard.name}${where}`,
    open: (tuning: Partial<PrefixGuardTuning>) => openRedisGuard(tuning, connect()),
  })),
])('$name', ({ open }) => {
  const opened: GuardUnderTest[] = [];
  let under: GuardUnderTest;
  let guard: PrefixGuard;
  const begin = (tuning: Partial<PrefixGuardTuning> = WARM): void => {
    under = open(tuning);
    opened.push(under);
    guard = under.guard;
  };
  beforeEach(() => {
    begin();
  });
  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
  });

  const pass = (ms: number): void => {
    under.clock.now += ms;
  };
  const assess = (request: Partial<AssessRequest> = {}): Promise<GuardDecision> =>
    guard.assess({
      levels: NUMBER,
      known: false,
      challenged: false,
      resend: false,
      mode: 'enforce',
      ...request,
    });
  const verify = (assessedAt: number, levels = NUMBER) => guard.recordVerified({ levels, assessedAt });
  const stateOf = async (level: Level, levels = NUMBER): Promise<LevelState> => {
    const found = (await guard.explain(levels)).find((state) => state.level === level);
    if (found === undefined) throw new Error(`nothing is told of the ${level}`);
    return found;
  };

  /** Sends, far enough apart that none waits for another, of which as many of ten verify. */
  async function history(sends: number, verifying = 8, levels = NUMBER): Promise<void> {
    for (let send = 0; send < sends; send += 1) {
      const { assessedAt } = await assess({ levels });
      if (send % 10 < verifying && assessedAt > 0) await verify(assessedAt, levels);
      pass(RIPE);
    }
  }

  /** Sends of which none verifies, until one is turned away; how many passed before. */
  async function attack(request: Partial<AssessRequest> = {}, until = 'challenge'): Promise<number> {
    for (let send = 0; send < 200; send += 1) {
      const { decision } = await assess(request);
      if (decision === until) return send;
      pass(MINUTE);
    }
    throw new Error('nothing was turned away');
  }

  /** Goes to the end of the range's block, where the coarser levels are open as if others had been sent to. */
  async function passBlock(): Promise<void> {
    pass((await stateOf('range')).waitMs - 1);
    for (const level of ['country', 'operator'] as const) await guard.unblock(level, NUMBER, 1);
    pass(1);
  }

  it('lets a first send pass, and tells when it was counted', async () => {
    const { assessedAt, ...answer } = await assess();

    expect(answer).toEqual({ decision: 'allow', reason: 'quiet', waitMs: 0, enforced: true });
    expect(Math.abs(assessedAt - under.clock.now)).toBeLessThan(8);
    expect((await stateOf('range')).pending).toBe(1);
  });

  it('lets a known number pass in any state, and counts it nowhere', async () => {
    await guard.block('country', NUMBER, HOUR);

    await expect(assess({ known: true })).resolves.toEqual({
      decision: 'allow',
      reason: 'known',
      waitMs: 0,
      enforced: true,
      assessedAt: 0,
    });
    expect(await guard.explain(NUMBER)).toMatchObject([{ pending: 0 }, { pending: 0 }, { pending: 0 }]);
  });

  it('judges a resend like any send, but does not count it', async () => {
    await expect(assess({ resend: true })).resolves.toMatchObject({ decision: 'allow', assessedAt: 0 });
    expect((await stateOf('country')).pending).toBe(0);

    for (let send = 0; send < 8; send += 1) await assess();
    await expect(assess({ resend: true })).resolves.toMatchObject({ decision: 'challenge', reason: 'burst' });
  });

  describe('a burst', () => {
    it.each([
      ['range', 8, (send: number) => ({ ...NUMBER, range: NUMBER.range, operator: `FR-${String(send)}` })],
      ['operator', 15, (send: number) => ({ ...NUMBER, range: `FR-${String(send)}` })],
      [
        'country',
        30,
        (send: number) => ({ country: 'FR', operator: `FR-${String(send)}`, range: `FR-x${String(send)}` }),
      ],
    ] as const)('of a %s asks for challenges after %d sends without an outcome', async (level, limit, at) => {
      for (let send = 0; send < limit; send += 1) {
        await expect(assess({ levels: at(send) })).resolves.toMatchObject({ reason: 'quiet' });
      }
      await expect(assess({ levels: at(limit) })).resolves.toEqual({
        decision: 'challenge',
        reason: 'burst',
        level,
        waitMs: 3 * MINUTE,
        enforced: true,
        assessedAt: 0,
      });
    });

    it('lets solved challenges pass, up to a limit of their own, and then refuses until one ripens', async () => {
      for (let send = 0; send < 8; send += 1) await assess();
      for (let send = 0; send < 5; send += 1) {
        await expect(assess({ challenged: true })).resolves.toMatchObject({ decision: 'allow' });
      }

      const refused = await assess({ challenged: true });
      expect(refused).toMatchObject({ decision: 'refuse', reason: 'burst', level: 'range', assessedAt: 0 });
      expect(refused.waitMs).toBeGreaterThan(0);
      pass(refused.waitMs);
      await expect(assess({ challenged: true })).resolves.toMatchObject({ decision: 'allow' });
    });

    it('is none when the sends verify', async () => {
      for (let send = 0; send < 40; send += 1) {
        const { decision, assessedAt } = await assess();
        expect(decision).toBe('allow');
        await verify(assessedAt);
      }
    });
  });

  describe('conversion', () => {
    it('of sends that never verify trips the level, which asks for challenges, then refuses, in growing turns', async () => {
      const passed = await attack();
      expect(passed).toBeLessThan(25);
      expect((await stateOf('range')).state).toBe('challenged');
      await expect(assess()).resolves.toMatchObject({
        decision: 'challenge',
        reason: 'conversion',
        waitMs: (await stateOf('range')).waitMs,
        assessedAt: 0,
      });

      await attack({ challenged: true }, 'refuse');
      const { decision, reason, waitMs } = await assess({ challenged: true });
      expect({ decision, reason }).toEqual({ decision: 'refuse', reason: 'conversion' });
      // The second block in a row.
      expect(waitMs).toBeGreaterThan(2 * HOUR);
      expect(waitMs).toBeLessThanOrEqual(3 * HOUR);
    });

    it('is remembered of more sends than fit one byte', async () => {
      await history(300);

      for (const { conversion } of await guard.explain(NUMBER)) {
        expect(conversion).toBeGreaterThan(0.79);
        expect(conversion).toBeLessThan(0.81);
      }
    });

    it('of sends that verify leaves a level open', async () => {
      await history(60);

      const [country, operator, range] = await guard.explain(NUMBER);
      for (const level of [country, operator, range]) {
        expect(level).toMatchObject({ state: 'open', waitMs: 0 });
        expect(level?.conversion).toBeGreaterThan(0.7);
      }
    });

    it('that was judged too early is corrected when the number verifies late', async () => {
      const { assessedAt } = await assess();
      pass(RIPE);
      const { suspicion } = await stateOf('range');
      expect(suspicion).toBeGreaterThan(0);

      await verify(assessedAt);
      expect((await stateOf('range')).suspicion).toBeLessThan(suspicion);
    });

    it('does not change with news that comes too late', async () => {
      const { assessedAt } = await assess();
      pass(HOUR);
      const before = await guard.explain(NUMBER);

      await verify(assessedAt);
      await guard.release({ levels: NUMBER, assessedAt });
      await verify(0);
      expect(await guard.explain(NUMBER)).toEqual(before);
    });
  });

  it('refuses until the end that it tells, whoever goes on asking without a challenge', async () => {
    await attack();
    await attack({ challenged: true }, 'refuse');
    const { clock } = under;
    const end = clock.now + (await assess({ challenged: true })).waitMs;
    // More, in the last hour, than any demand that is usual.
    while (clock.now < end - 2 * MINUTE) {
      expect(await assess()).toMatchObject({ decision: 'refuse', waitMs: end - clock.now });
      pass(2 * MINUTE);
    }
    pass(end - 1 - clock.now);
    expect(await assess({ challenged: true })).toMatchObject({ decision: 'refuse', waitMs: 1 });

    pass(1);
    // What people ask for who solve challenges stays theirs, though the level remains one that asks.
    for (let person = 0; person < 10; person += 1) {
      for (let unsolved = 0; unsolved < 20; unsolved += 1) {
        expect(await assess()).toMatchObject({ decision: 'challenge', reason: 'conversion' });
        pass(MINUTE);
      }
      const { decision, assessedAt } = await assess({ challenged: true });
      expect(decision).toBe('allow');
      await verify(assessedAt);
    }
    expect((await stateOf('range')).state).toBe('challenged');
  });

  it('probes when a block is over, and opens when what passes verifies', async () => {
    await attack();
    await passBlock();
    expect((await stateOf('range')).state).toBe('probing');

    const probes = [await assess(), await assess()];
    await expect(assess()).resolves.toMatchObject({ decision: 'challenge', reason: 'conversion' });
    for (const { assessedAt } of probes) await verify(assessedAt);
    for (let send = 0; (await stateOf('range')).state === 'probing' && send < 20; send += 1) {
      const { assessedAt } = await assess();
      if (assessedAt > 0) await verify(assessedAt);
      pass(RIPE);
    }
    expect((await stateOf('range')).state).toBe('open');
  });

  it('blocks again, and longer, when the probes do not verify', async () => {
    await attack();
    const first = (await stateOf('range')).waitMs;
    await passBlock();
    for (let probe = 0; (await stateOf('range')).state === 'probing' && probe < 20; probe += 1) {
      await assess();
      pass(RIPE);
    }

    const { state, waitMs } = await stateOf('range');
    expect(state).toBe('challenged');
    expect(waitMs).toBeGreaterThan(first);
  });

  it('opens a level that probes and sees nobody', async () => {
    await attack();
    pass((await stateOf('range')).waitMs + under.tuning.probeMs);

    expect((await stateOf('range')).state).toBe('open');
  });

  it('refuses nothing to a healthy range of a country that is refused', async () => {
    await history(65, 9);
    let operators = 0;
    const spread = (): NumberLevels => {
      operators += 1;
      return { country: 'FR', operator: `FR-x${String(operators)}`, range: `FR-y${String(operators)}` };
    };
    for (let send = 0; (await stateOf('country')).state === 'open' && send < 400; send += 1) {
      await assess({ levels: spread() });
      pass(20 * SECOND);
    }
    for (let send = 0; (await stateOf('country')).state === 'challenged' && send < 400; send += 1) {
      await assess({ levels: spread(), challenged: true });
      pass(20 * SECOND);
    }

    expect((await stateOf('country')).state).toBe('refused');
    await expect(assess({ levels: ELSEWHERE, challenged: true })).resolves.toMatchObject({
      decision: 'refuse',
      level: 'country',
    });
    await expect(assess()).resolves.toMatchObject({ decision: 'challenge', level: 'country' });
    // Unless too many of the country's challenged sends are waiting, which holds for all.
    pass(RIPE);
    await expect(assess({ challenged: true })).resolves.toMatchObject({ decision: 'allow' });
  });

  describe('release', () => {
    it('takes back a send that no message went out for', async () => {
      const { assessedAt } = await assess();
      await guard.release({ levels: NUMBER, assessedAt });

      expect((await stateOf('range')).pending).toBe(0);
      pass(RIPE);
      expect((await stateOf('range')).suspicion).toBe(0);
    });

    it('takes back what was judged by then', async () => {
      const { assessedAt } = await assess();
      pass(RIPE);
      await assess();
      await guard.release({ levels: NUMBER, assessedAt });

      // What is left is rounding: what the send weighed when it was judged, and when it was taken back.
      expect((await stateOf('range')).suspicion).toBeLessThan(0.03);
    });

    it('takes back no more than was sent', async () => {
      const { assessedAt } = await assess();
      for (let time = 0; time < 3; time += 1) await guard.release({ levels: NUMBER, assessedAt });

      expect((await stateOf('country')).pending).toBe(0);
    });
  });

  describe('explained', () => {
    const QUIET = { decision: 'allow', reason: 'quiet', waitMs: 0, enforced: true };
    const answers = async (levels = NUMBER) => (await guard.explain(levels)).map(({ answer }) => answer);

    it('a number is one that nothing holds, unless something does', async () => {
      expect(await answers()).toEqual([QUIET, QUIET, QUIET]);
    });

    it('a burst is what holds, until so many are judged that there is room', async () => {
      for (let send = 0; send < 10; send += 1) {
        await assess({ levels: { ...NUMBER, range: `FR-${String(send)}` } });
        pass(2 * SECOND);
      }
      for (let send = 0; send < 7; send += 1) {
        const { assessedAt } = await assess({ levels: { ...NUMBER, range: `FR-${String(send)}` } });
        if (send % 7 === 0) await verify(assessedAt, { ...NUMBER, range: `FR-${String(send)}` });
        pass(5 * SECOND);
      }

      const [country, operator, range] = await answers();
      expect([country, range]).toEqual([QUIET, QUIET]);
      expect(operator).toMatchObject({ decision: 'challenge', reason: 'burst', enforced: true });
      const waitMs = operator?.waitMs ?? 0;
      expect(waitMs).toBeGreaterThan(MINUTE);
      pass(waitMs - 1);
      expect((await answers())[1]).toEqual({ ...operator, waitMs: 1 });
      pass(1);
      expect(await answers()).toEqual([QUIET, QUIET, QUIET]);
      await expect(assess()).resolves.toMatchObject({ decision: 'allow' });
    });

    it('a level that tripped is what holds, and then its probes', async () => {
      await attack();
      const { waitMs } = await stateOf('range');
      const tripped = { decision: 'challenge', reason: 'conversion', waitMs, enforced: true };
      expect((await answers())[2]).toEqual(tripped);

      await passBlock();
      expect((await answers())[2]).toEqual(QUIET);
      for (let probe = 0; probe < 2; probe += 1) await assess();
      const probing = (await answers())[2];
      expect(probing).toMatchObject({ decision: 'challenge', reason: 'conversion' });
      expect(probing?.waitMs).toBeGreaterThan(0);
      pass(probing?.waitMs ?? 0);
      expect((await answers())[2]).toEqual(QUIET);
    });

    it('a level that refuses is what holds', async () => {
      await attack();
      await attack({ challenged: true }, 'refuse');
      const { waitMs } = await assess();
      expect(waitMs).toBeGreaterThan(HOUR);
      expect(await answers()).toContainEqual({
        decision: 'refuse',
        reason: 'conversion',
        waitMs,
        enforced: true,
      });
    });

    it('what an operator said is what holds, in the warm-up too, and nothing else does', async () => {
      begin({});
      for (let send = 0; send < 8; send += 1) await assess();
      expect((await answers())[2]).toMatchObject({ decision: 'challenge', reason: 'burst', enforced: false });
      await guard.block('operator', NUMBER, HOUR);
      const blocked = { decision: 'refuse', reason: 'blocked', waitMs: HOUR, enforced: true };
      const quiet = { ...QUIET, enforced: false };
      expect(await answers()).toEqual([quiet, blocked, quiet]);
      await guard.unblock('range', NUMBER, HOUR);
      expect(await answers()).toEqual([quiet, quiet, { ...quiet, reason: 'unblocked' }]);
    });
  });

  describe('by hand', () => {
    it.each(['country', 'operator', 'range'] as const)(
      'a %s is refused for as long as was said',
      async (level) => {
        await guard.block(level, NUMBER, HOUR);
        pass(10 * MINUTE);

        await expect(assess({ challenged: true })).resolves.toEqual({
          decision: 'refuse',
          reason: 'blocked',
          level,
          waitMs: 50 * MINUTE,
          enforced: true,
          assessedAt: 0,
        });
        expect(await stateOf(level)).toMatchObject({ state: 'blocked', waitMs: 50 * MINUTE });
        pass(50 * MINUTE);
        await expect(assess()).resolves.toMatchObject({ decision: 'allow', reason: 'quiet' });
      },
    );

    it('a refused level is opened, and stays open for as long as was said', async () => {
      await attack();
      for (const level of ['country', 'operator', 'range'] as const) await guard.unblock(level, NUMBER, DAY);

      await expect(assess()).resolves.toMatchObject({
        decision: 'allow',
        reason: 'unblocked',
        level: 'range',
      });
      expect(await stateOf('range')).toMatchObject({ state: 'unblocked', waitMs: DAY, suspicion: 0 });
      for (let send = 0; send < 50; send += 1) {
        await expect(assess()).resolves.toMatchObject({ decision: 'allow' });
        pass(MINUTE);
      }
    });

    it('the finest level that something was said of decides', async () => {
      await guard.block('country', NUMBER, HOUR);
      await guard.unblock('operator', NUMBER, HOUR);

      await expect(assess()).resolves.toMatchObject({ reason: 'unblocked', level: 'operator' });
      await expect(assess({ levels: ELSEWHERE })).resolves.toMatchObject({
        reason: 'blocked',
        level: 'country',
      });
    });

    it.each([NaN, Infinity, -Infinity, -1, 0, 0.5, 1e18, 366 * DAY + 1, '60000' as unknown as number])(
      'nothing is set for %p, which is no time',
      async (durationMs) => {
        await expect(guard.block('range', NUMBER, durationMs)).rejects.toThrow(RangeError);
        await expect(guard.unblock('range', NUMBER, durationMs)).rejects.toThrow(RangeError);
        expect((await stateOf('range')).state).toBe('open');
      },
    );

    it('a level is set for a leap year, and no longer', async () => {
      await guard.block('range', NUMBER, 366 * DAY);
      expect(await stateOf('range')).toMatchObject({ state: 'blocked', waitMs: 366 * DAY });
    });

    it('a block may outlast what an idle level is remembered for', async () => {
      await guard.block('range', NUMBER, 100 * DAY);
      pass(99 * DAY);

      await expect(assess()).resolves.toMatchObject({ reason: 'blocked', waitMs: DAY });
    });
  });

  it('turns nothing away in the mode `record`, but says what it would have done, and counts', async () => {
    for (let send = 0; send < 8; send += 1) await assess();
    const { decision, enforced, assessedAt } = await assess({ mode: 'record' });

    expect({ decision, enforced }).toEqual({ decision: 'challenge', enforced: false });
    expect(assessedAt).toBeGreaterThan(0);
    expect((await stateOf('country')).pending).toBe(9);
  });

  it('turns nothing away until it has warmed up, from its first send on', async () => {
    begin({});
    await assess({ known: true });
    pass(7 * DAY - 1);
    for (let send = 0; send < 8; send += 1) await assess();
    await expect(assess()).resolves.toMatchObject({ decision: 'challenge', enforced: false });

    pass(1);
    await expect(assess()).resolves.toMatchObject({ decision: 'challenge', enforced: true });
  });

  it.each([
    ['in the mode `record`', WARM, 'record'],
    ['while it warms up', {}, 'enforce'],
    ['while it warms up in the mode `record`', {}, 'record'],
  ] as const)('means what an operator blocked, and counts it not, %s', async (_when, tuning, mode) => {
    begin(tuning);
    await guard.block('operator', NUMBER, HOUR);
    await expect(assess({ mode })).resolves.toEqual({
      decision: 'refuse',
      reason: 'blocked',
      level: 'operator',
      waitMs: HOUR,
      enforced: true,
      assessedAt: 0,
    });
    await expect(assess({ mode, challenged: true })).resolves.toMatchObject({ enforced: true });
    expect((await stateOf('country')).pending).toBe(0);

    await expect(assess({ mode, known: true })).resolves.toMatchObject({ decision: 'allow' });
    await guard.unblock('range', NUMBER, HOUR);
    await expect(assess({ mode })).resolves.toMatchObject({ reason: 'unblocked', enforced: false });
  });

  it('forgets a level that nobody sent to for long, and its own start after that', async () => {
    begin({});
    await history(3);
    pass(14 * DAY);
    expect(await stateOf('range')).toMatchObject({ state: 'open', suspicion: 0 });
    await expect(assess()).resolves.toMatchObject({ enforced: true });
    pass(90 * DAY);
    await expect(assess()).resolves.toMatchObject({ enforced: false });
  });

  it('keeps no record of what it turns away, where there was none', async () => {
    await guard.block('country', NUMBER, HOUR);
    await assess();
    await guard.unblock('country', NUMBER, 1);
    pass(1);

    expect(await stateOf('range')).toMatchObject({ pending: 0, suspicion: 0 });
  });
});

describe.each(TOPOLOGIES)(`${RedisPrefixGuard.name}$where: what stands in Redis`, ({ connect }) => {
  let under: RedisGuardUnderTest;
  let guard: PrefixGuard;
  beforeEach(() => {
    under = openRedisGuard(WARM, connect());
    guard = under.guard;
  });
  afterEach(() => {
    under.close();
  });

  const request = { known: false, challenged: false, resend: false, mode: 'enforce' } as const;
  const keyOf = (name: string): string => `${under.keyPrefix}{guard}:${name}`;

  it('expires, has one hash tag, and tells no number (R13, R15)', async () => {
    const { redis, keyPrefix, clock, tuning } = under;
    const phones = ['+33612345678', '+4915112345678', '+14155550123'];
    const key = randomBytes(32).toString('hex');
    for (const phone of phones) {
      const levels = levelsOf(PhoneNumber.parse(phone), key);
      const { assessedAt } = await guard.assess({ ...request, levels });
      await guard.recordVerified({ levels, assessedAt });
      await guard.release({ levels, assessedAt });
      await guard.block('operator', levels, HOUR);
      await guard.unblock('range', levels, HOUR);
      await guard.explain(levels);
    }

    const keys = await keysUnder(redis, keyPrefix);
    expect(keys).toHaveLength(1 + 3 * phones.length);
    const longest = [tuning.keepStartMs, ...tuning.keepMs];
    for (const name of keys) {
      expect(name).toMatch(/^[^{}]*\{guard\}:(start|[A-Z]{2}|[A-Z]{2}-\d{1,3}|[A-Z]{2}-[\w-]{10})$/);
      expect(longest).toContain((await redis.pexpiretime(name)) - clock.now);
      for (const phone of phones) expect(name).not.toContain(phone.slice(-8, -4));
    }
  });

  it('is kept from the first news of its last day on (R13)', async () => {
    const { redis, clock, tuning } = under;
    const names = ['start', NUMBER.country, NUMBER.operator, NUMBER.range];
    const keptFor = async (): Promise<number[]> =>
      Promise.all(names.map(async (name) => (await redis.pexpiretime(keyOf(name))) - clock.now));
    const whole = [tuning.keepStartMs, ...tuning.keepMs];

    const { assessedAt } = await guard.assess({ ...request, levels: NUMBER });
    expect(await keptFor()).toEqual(whole);
    clock.now += 2 * MINUTE;
    await guard.recordVerified({ levels: NUMBER, assessedAt });
    await guard.assess({ ...request, levels: NUMBER });
    expect(await keptFor()).toEqual(whole.map((ms) => ms - 2 * MINUTE));
    clock.now += DAY;
    await guard.assess({ ...request, levels: NUMBER });
    expect(await keptFor()).toEqual(whole);
  });

  it('is short for a range that somebody was sent to a few times', async () => {
    for (const seconds of [0, 20, 50, 3_600, 86_400]) {
      under.clock.now += seconds * SECOND;
      const { assessedAt } = await guard.assess({ ...request, levels: NUMBER });
      under.clock.now += 45 * SECOND;
      if (seconds !== 3_600) await guard.recordVerified({ levels: NUMBER, assessedAt });
    }

    expect(await under.redis.strlen(keyOf(NUMBER.range))).toBe(12);
  });

  it.each([
    ['something else', Buffer.from('something else')],
    ['nothing', Buffer.alloc(0)],
    ['a record cut short', Buffer.alloc(11)],
    ['a record with something after it', Buffer.alloc(13)],
    ['a record from far in the future', Buffer.from('00ffffffff00000000000000', 'hex')],
    ['a long record cut short', Buffer.from(`03${'00'.repeat(24)}02`, 'hex')],
    ['noise', Buffer.alloc(80, 0xff)],
    ['noise of the short form’s length', Buffer.alloc(12, 0xfe)],
  ])('is as if absent when it is foreign: %s', async (_what, value) => {
    const { redis } = under;
    const names = ['start', NUMBER.country, NUMBER.operator, NUMBER.range];
    for (const name of names) await redis.set(keyOf(name), value, 'PX', 100 * 365 * DAY);

    await expectToBeginAnew();
  });

  it('is as if absent when it is of another type', async () => {
    const { redis } = under;
    for (const name of ['start', NUMBER.country, NUMBER.operator, NUMBER.range])
      await redis.rpush(keyOf(name), 'an item');

    await expectToBeginAnew();
  });

  async function expectToBeginAnew(): Promise<void> {
    const fresh = openRedisGuard(WARM, connect());
    const asNew = await fresh.guard.explain(NUMBER);
    expect(await guard.explain(NUMBER)).toEqual(asNew);
    await guard.recordVerified({ levels: NUMBER, assessedAt: under.clock.now });
    await guard.block('range', NUMBER, MINUTE);
    await guard.unblock('range', NUMBER, MINUTE);
    under.clock.now += MINUTE;
    await expect(guard.assess({ ...request, levels: NUMBER })).resolves.toMatchObject({
      decision: 'allow',
      reason: 'quiet',
    });
    expect(await guard.explain(NUMBER)).toMatchObject([{ pending: 1 }, { pending: 1 }, { pending: 1 }]);
    for (const key of await keysUnder(under.redis, under.keyPrefix)) {
      expect(await under.redis.pexpiretime(key)).toBeGreaterThan(0);
    }
    fresh.close();
  }

  it('tells the time by the server’s clock when none is injected (R12)', async () => {
    const redis = connect();
    const prefix = freshPrefix();
    const onServer = new RedisPrefixGuard(redis, prefix);
    const application = jest.spyOn(Date, 'now').mockReturnValue(0);
    const [before] = await redis.time();
    const { assessedAt, enforced } = await onServer.assess({ ...request, levels: NUMBER });
    const [after] = await redis.time();
    application.mockRestore();

    expect(enforced).toBe(false);
    expect(assessedAt).toBeGreaterThanOrEqual(Number(before) * SECOND - 8);
    expect(assessedAt).toBeLessThanOrEqual(Number(after) * SECOND + SECOND + 8);
    const ttl = await redis.pttl(`${prefix}{guard}:${NUMBER.range}`);
    expect(ttl).toBeGreaterThan((PREFIX_GUARD_TUNING.keepMs[2] ?? 0) - MINUTE);
    redis.disconnect();
  });

  it('throws StorageUnavailableError from every method, with the cause, when Redis cannot be asked (R17)', async () => {
    under.close();
    const send = { levels: NUMBER, assessedAt: under.clock.now };
    for (const call of [
      () => guard.assess({ ...request, levels: NUMBER }),
      () => guard.release(send),
      () => guard.recordVerified(send),
      () => guard.block('country', NUMBER, HOUR),
      () => guard.unblock('country', NUMBER, HOUR),
      () => guard.explain(NUMBER),
    ]) {
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect((error as StorageUnavailableError).cause).toBeInstanceOf(Error);
    }
  });

  it.each([
    ['a slot that days are not made of', { slotMs: 35_000 }],
    ['a slot that moments do not fit', { slotMs: 100 }],
    ['a fraction', { margin: 0.5 }],
    ['what is no number', { probes: NaN }],
    ['a negative number', { burst: [1, -1, 1] }],
    ['what would be code', { probes: '1) os.exit(' as unknown as number }],
  ])('is made of no tuning with %s', (_what, changed) => {
    expect(() => new RedisPrefixGuard(under.redis, 'sms:', { ...PREFIX_GUARD_TUNING, ...changed })).toThrow(
      RangeError,
    );
  });
});

describe('logarithms', () => {
  it('are the same thousandths in Lua and in JavaScript, for every weight and any volume', async () => {
    const redis = connectSharedRedis();
    const quotients: [number, number][] = [];
    for (let healthy = 1; healthy < 1000; healthy += 1) {
      for (const share of [300, 500, 600, 700, 900]) {
        const attacked = Math.floor((healthy * share) / 1000 + 0.5);
        if (attacked > 0) quotients.push([attacked, healthy], [1000 - attacked, 1000 - healthy]);
      }
    }
    for (let usual = 0; usual < 2 ** 32; usual = Math.ceil(usual * 1.002) + 1) {
      for (const unit of [1, 5, 50, 400]) quotients.push([unit * 1000 + usual, unit * 1000]);
    }
    const LOG = `
      local told = {}
      for at = 1, #ARGV, 2 do
        told[#told + 1] = math.floor(math.log(ARGV[at] / ARGV[at + 1]) * 1000 + 0.5)
      end
      return told`;
    for (let from = 0; from < quotients.length; from += 1_000) {
      const some = quotients.slice(from, from + 1_000);
      const specified = some.map(([over, under]) => Math.floor(Math.log(over / under) * 1000 + 0.5));
      expect(await redis.eval(LOG, 0, ...some.flat())).toEqual(specified);
    }
    redis.disconnect();
  });
});
