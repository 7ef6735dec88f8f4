import { InProcessPrefixGuard } from './in-process.prefix-guard';
import type { AssessRequest, GuardDecision, LevelState, NumberLevels } from './prefix-guard';
import { PREFIX_GUARD_TUNING } from './prefix-guard.tuning';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);

describe(InProcessPrefixGuard.name, () => {
  let now: number;
  let guard: InProcessPrefixGuard;

  beforeEach(() => {
    now = START;
    guard = new InProcessPrefixGuard(() => now, { ...PREFIX_GUARD_TUNING, warmUpMs: 0 });
  });

  const levels = (operator = '61', range = 'a'): NumberLevels => ({
    country: 'FR',
    operator: `FR-${operator}`,
    range: `FR-${operator}${range}`,
  });
  const assess = (request: Partial<AssessRequest> = {}): Promise<GuardDecision> =>
    guard.assess({
      levels: levels(),
      known: false,
      challenged: false,
      resend: false,
      mode: 'enforce',
      ...request,
    });

  /** Sends that nobody verifies, one each `everyMs`, until one is not allowed, or `most` have gone out. */
  async function pump(
    most: number,
    everyMs: number,
    request: Partial<AssessRequest> = {},
  ): Promise<{ readonly sent: number; readonly last: GuardDecision }> {
    let last = await assess(request);
    let sent = 0;
    while (last.decision === 'allow' && sent < most) {
      sent += 1;
      now += everyMs;
      last = await assess(request);
    }
    return { sent, last };
  }

  /** People who verify after 20 s, one a minute. */
  async function honest(count: number, request: Partial<AssessRequest> = {}): Promise<GuardDecision[]> {
    const decisions: GuardDecision[] = [];
    for (let person = 0; person < count; person += 1) {
      const decision = await assess(request);
      decisions.push(decision);
      now += 20 * SECOND;
      if (decision.decision === 'allow') {
        await guard.recordVerified({
          levels: request.levels ?? levels(),
          assessedAt: decision.assessedAt,
        });
      }
      now += 40 * SECOND;
    }
    return decisions;
  }

  async function stateOf(level: LevelState['level'], of = levels()): Promise<LevelState | undefined> {
    return (await guard.explain(of)).find((each) => each.level === level);
  }

  /** One range is attacked, while another one of its operator is well, until it asks for challenges. */
  async function trip(): Promise<void> {
    let last = await assess();
    for (let send = 0; send < 100 && last.decision === 'allow'; send += 1) {
      now += 20 * SECOND;
      const well = await assess({ levels: levels('61', 'well') });
      now += 20 * SECOND;
      await guard.recordVerified({ levels: levels('61', 'well'), assessedAt: well.assessedAt });
      last = await assess();
    }
    expect(last).toMatchObject({ decision: 'challenge', reason: 'conversion', level: 'range' });
  }

  /** Bots that solve challenges are watched until the range refuses. */
  async function confirm(): Promise<GuardDecision> {
    await trip();
    const { last } = await pump(100, 40 * SECOND, { challenged: true });
    expect(last).toMatchObject({ decision: 'refuse', reason: 'conversion', level: 'range' });
    return last;
  }

  describe('what is quiet', () => {
    it('passes, and is counted where it is sent', async () => {
      const decision = await assess();
      expect(decision).toMatchObject({ decision: 'allow', reason: 'quiet', waitMs: 0, enforced: true });
      expect(decision.level).toBeUndefined();
      expect(decision.assessedAt).toBeGreaterThan(0);
      expect((await guard.explain(levels())).map(({ pending }) => pending)).toEqual([1, 1, 1]);
      expect((await stateOf('range', levels('62')))?.pending).toBe(0);
    });

    it('stays quiet for people who verify, however many they are', async () => {
      const decisions = await honest(500);
      expect(decisions.filter(({ decision }) => decision !== 'allow')).toEqual([]);
      expect((await stateOf('country'))?.conversion).toBeGreaterThan(0.95);
    });

    it('learns a conversion that is low, and does not take it for an attack', async () => {
      for (let round = 0; round < 300; round += 1) {
        const decision = await assess();
        now += 20 * SECOND;
        if (round % 5 < 3) {
          await guard.recordVerified({ levels: levels(), assessedAt: decision.assessedAt });
        }
        now += 40 * SECOND;
        expect(decision.decision).toBe('allow');
      }
    });

    it('changes nothing when it is explained', async () => {
      await pump(5, 40 * SECOND);
      now += 10 * MINUTE;
      const first = await guard.explain(levels());
      expect(await guard.explain(levels())).toEqual(first);
      expect(first.map(({ suspicion }) => suspicion > 0)).toEqual([true, true, true]);
    });
  });

  describe('a known number', () => {
    it('passes where everything else is refused, and does not count', async () => {
      await confirm();
      const before = await guard.explain(levels());
      expect(await assess({ known: true })).toMatchObject({
        decision: 'allow',
        reason: 'known',
        assessedAt: 0,
      });
      expect(await guard.explain(levels())).toEqual(before);
    });
  });

  describe('a burst', () => {
    it('asks for challenges before any outcome is known, and passes by itself', async () => {
      const { sent, last } = await pump(100, 100);
      expect(sent).toBe(8);
      expect(last).toMatchObject({ decision: 'challenge', reason: 'burst', level: 'range', assessedAt: 0 });
      await guard.unblock('range', levels(), 1);
      now += 4 * MINUTE;
      expect((await assess({ levels: levels('62', 'b') })).decision).toBe('allow');
    });

    it('refuses bots that solve challenges faster than they are judged, and says truly until when', async () => {
      await pump(100, 100);
      const { sent, last } = await pump(100, 100, { challenged: true });
      expect(sent).toBe(5);
      expect(last).toMatchObject({ decision: 'refuse', reason: 'burst', level: 'range' });
      expect(last.waitMs).toBeGreaterThan(0);
      expect(last.waitMs).toBeLessThanOrEqual(180 * SECOND);
    });

    it('is none where as many verify as do not', async () => {
      for (let person = 0; person < 60; person += 1) {
        const decision = await assess();
        expect(decision.decision).toBe('allow');
        if (person % 3 !== 0) {
          await guard.recordVerified({ levels: levels(), assessedAt: decision.assessedAt });
        }
        now += SECOND;
      }
    });
  });

  describe('the ladder', () => {
    it('asks for challenges when too few verify, in the finest level that shows it', async () => {
      await trip();
      expect(await stateOf('range')).toMatchObject({ state: 'challenged', waitMs: HOUR, suspicion: 1 });
      expect((await stateOf('country'))?.state).toBe('open');
      expect((await assess({ levels: levels('61', 'b') })).decision).toBe('allow');
    });

    it('leaves the operator and the country open when one range alone is attacked', async () => {
      await pump(100, 40 * SECOND);
      expect((await stateOf('range'))?.state).toBe('challenged');
      now += 4 * MINUTE;
      expect((await assess({ levels: levels('61', 'b') })).decision).toBe('allow');
      const states = (await guard.explain(levels())).map(({ state }) => state);
      expect(states).toEqual(['open', 'open', 'challenged']);
    });

    it('lets a solved challenge pass', async () => {
      await trip();
      expect(await assess({ challenged: true })).toMatchObject({ decision: 'allow', reason: 'quiet' });
    });

    it('ends at a refusal for bots that solve challenges', async () => {
      const refusal = await confirm();
      expect(refusal.waitMs).toBe(3 * HOUR);
      expect(await stateOf('range')).toMatchObject({ state: 'refused', waitMs: 3 * HOUR });
    });

    it('keeps asking, and refuses nobody, while those who solve challenges verify', async () => {
      await trip();
      const decisions = await honest(50, { challenged: true });
      expect(decisions.filter(({ decision }) => decision !== 'allow')).toEqual([]);
      expect((await stateOf('range'))?.state).toBe('challenged');
    });

    it('trips the country when the attack is spread over its operators', async () => {
      let last = await assess();
      for (let send = 0; send < 60 && last.decision === 'allow'; send += 1) {
        now += 40 * SECOND;
        last = await assess({ levels: levels(String(send), 'x') });
      }
      expect(last).toMatchObject({ decision: 'challenge', reason: 'conversion', level: 'country' });
    });

    it('refuses nobody in a healthy operator of a refused country, but asks for challenges there', async () => {
      const healthy = levels('77', 'h');
      await honest(60, { levels: healthy });
      for (const challenged of [false, true]) {
        for (let send = 0; send < 200; send += 1) {
          await assess({ levels: levels(String(send % 100), 'x'), challenged });
          now += 40 * SECOND;
        }
      }
      expect((await stateOf('country'))?.state).toBe('refused');
      expect((await assess({ levels: levels('5', 'y'), challenged: true })).decision).toBe('refuse');
      expect((await assess({ levels: healthy })).decision).toBe('challenge');
      expect((await assess({ levels: healthy, challenged: true })).decision).toBe('allow');
    });
  });

  describe('recovery', () => {
    it('probes after an hour without demand, and opens when the probes verify', async () => {
      await trip();
      now += HOUR;
      expect((await stateOf('range'))?.state).toBe('probing');
      await honest(10);
      now += 4 * MINUTE;
      await assess();
      expect(await stateOf('range')).toMatchObject({ state: 'open', suspicion: 0 });
    });

    it('blocks again, and for longer, when the probes do not verify', async () => {
      await trip();
      now += HOUR;
      const { sent, last } = await pump(100, 100);
      expect(sent).toBe(2);
      expect(last).toMatchObject({ decision: 'challenge', reason: 'conversion' });
      for (let round = 0; round < 10 && (await stateOf('range'))?.state === 'probing'; round += 1) {
        now += 4 * MINUTE;
        await pump(2, 100);
      }
      expect(await stateOf('range')).toMatchObject({ state: 'challenged', waitMs: 3 * HOUR });
    });

    it('does not probe while an attack goes on knocking', async () => {
      await trip();
      for (let minute = 0; minute < 60; minute += 1) {
        now += MINUTE;
        expect((await assess()).decision).toBe('challenge');
      }
      expect(await stateOf('range')).toMatchObject({ state: 'challenged', waitMs: HOUR });
    });

    it('steps down from a refusal to challenges, to probes, and opens where nobody sends any more', async () => {
      await confirm();
      now += 3 * HOUR;
      expect((await stateOf('range'))?.state).toBe('challenged');
      now += HOUR;
      expect((await stateOf('range'))?.state).toBe('probing');
      now += 12 * HOUR;
      expect((await stateOf('range'))?.state).toBe('open');
    });

    it('forgets a range that has been idle for two weeks, and keeps nothing for what it turns away', async () => {
      await trip();
      const elsewhere = levels('61', 'fresh');
      await guard.block('operator', levels(), 60 * DAY);
      expect((await assess({ levels: elsewhere })).decision).toBe('refuse');
      expect((await stateOf('range', elsewhere))?.pending).toBe(0);
      now += 14 * DAY;
      expect(await stateOf('range')).toMatchObject({ state: 'open', pending: 0, suspicion: 0 });
      // What is left is what the operator has shown: the range's own trials are forgotten.
      expect((await stateOf('range'))?.conversion).toBe((await stateOf('operator'))?.conversion);
    });
  });

  describe('what becomes known later', () => {
    it('takes a released send back, pending or judged', async () => {
      const pending = await assess();
      await guard.release({ levels: levels(), assessedAt: pending.assessedAt });
      expect((await stateOf('range'))?.pending).toBe(0);

      const judged = await assess();
      now += 4 * MINUTE;
      expect((await stateOf('range'))?.suspicion).toBeGreaterThan(0);
      await guard.release({ levels: levels(), assessedAt: judged.assessedAt });
      expect((await stateOf('range'))?.suspicion).toBe(0);
      expect((await stateOf('range'))?.conversion).toBe(0.75);
    });

    it('undoes the judgement of a send that verifies late', async () => {
      const late = await assess();
      now += 10 * MINUTE;
      expect((await stateOf('range'))?.suspicion).toBeGreaterThan(0);
      await guard.recordVerified({ levels: levels(), assessedAt: late.assessedAt });
      expect((await stateOf('range'))?.suspicion).toBe(0);
      expect((await stateOf('range'))?.conversion).toBeGreaterThan(0.75);
    });

    it('opens a level that tripped on late verifications', async () => {
      const marks: number[] = [];
      let last = await assess();
      while (last.decision === 'allow') {
        marks.push(last.assessedAt);
        now += 40 * SECOND;
        last = await assess();
      }
      for (const assessedAt of marks) await guard.recordVerified({ levels: levels(), assessedAt });
      expect((await stateOf('range'))?.state).toBe('open');
    });

    it('lets nobody verify more sends than were counted, nor one that is an hour old', async () => {
      const { assessedAt } = await assess();
      for (let again = 0; again < 5; again += 1) await guard.recordVerified({ levels: levels(), assessedAt });
      await assess();
      expect((await stateOf('range'))?.pending).toBe(1);
      now += HOUR;
      const before = await guard.explain(levels());
      await guard.recordVerified({ levels: levels(), assessedAt });
      expect(await guard.explain(levels())).toEqual(before);
    });

    it('ignores the mark of a send that was not counted', async () => {
      await trip();
      const { assessedAt } = await assess();
      const before = await guard.explain(levels());
      await guard.recordVerified({ levels: levels(), assessedAt });
      await guard.release({ levels: levels(), assessedAt });
      expect(await guard.explain(levels())).toEqual(before);
    });

    it('judges a resend like a send, and counts it no second time', async () => {
      await assess();
      expect(await assess({ resend: true })).toMatchObject({ decision: 'allow', assessedAt: 0 });
      expect((await stateOf('range'))?.pending).toBe(1);
      await trip();
      expect((await assess({ resend: true })).decision).toBe('challenge');
    });
  });

  describe('by hand', () => {
    it('blocks a level for as long as it is told', async () => {
      await guard.block('operator', levels(), HOUR);
      now += MINUTE;
      expect(await assess({ challenged: true })).toMatchObject({
        decision: 'refuse',
        reason: 'blocked',
        level: 'operator',
        waitMs: HOUR - MINUTE,
      });
      expect((await assess({ levels: levels('62') })).decision).toBe('allow');
      expect((await stateOf('operator'))?.state).toBe('blocked');
      now += HOUR - MINUTE;
      expect((await assess()).decision).toBe('allow');
    });

    it('opens a level, forgets the suspicion, and trusts it for as long as it is told', async () => {
      await confirm();
      await guard.unblock('range', levels(), DAY);
      expect(await pump(50, 40 * SECOND)).toMatchObject({
        sent: 50,
        last: { decision: 'allow', reason: 'unblocked', level: 'range' },
      });
      expect(await stateOf('range')).toMatchObject({ state: 'unblocked', suspicion: 0 });
    });

    it('holds what was said of the finer level', async () => {
      await guard.block('country', levels(), HOUR);
      await guard.unblock('operator', levels(), HOUR);
      expect((await assess()).reason).toBe('unblocked');
      await guard.block('range', levels(), HOUR);
      expect((await assess()).reason).toBe('blocked');
    });
  });

  describe('what is not enforced', () => {
    it('counts in record mode what went out, and says what it would have done', async () => {
      await trip();
      const before = (await stateOf('range'))?.pending ?? 0;
      const decision = await assess({ mode: 'record' });
      expect(decision).toMatchObject({ decision: 'challenge', enforced: false });
      expect(decision.assessedAt).toBeGreaterThan(0);
      expect((await stateOf('range'))?.pending).toBe(before + 1);
    });

    it('is everything in the first seven days of traffic, and nothing after them', async () => {
      guard = new InProcessPrefixGuard(() => now);
      expect((await assess()).enforced).toBe(false);
      now += 7 * DAY - 1;
      for (let send = 0; send < 8; send += 1) await assess();
      expect(await assess()).toMatchObject({ decision: 'challenge', enforced: false });
      now += 1;
      expect(await assess()).toMatchObject({ decision: 'challenge', enforced: true });
    });

    it('is nothing that an operator blocked, be it in the first days or in record mode', async () => {
      guard = new InProcessPrefixGuard(() => now);
      await guard.block('country', levels(), HOUR);
      const refused = { decision: 'refuse', reason: 'blocked', enforced: true, assessedAt: 0 };
      expect(await assess()).toMatchObject(refused);
      expect(await assess({ mode: 'record' })).toMatchObject(refused);
    });

    it('teaches the guard, in its first days, a conversion that it would take for an attack', async () => {
      guard = new InProcessPrefixGuard(() => now);
      for (let send = 0; send < 400; send += 1) {
        const { assessedAt } = await assess();
        now += 20 * SECOND;
        if (send % 2 === 0) await guard.recordVerified({ levels: levels(), assessedAt });
        now += 40 * SECOND;
      }
      expect((await stateOf('country'))?.conversion).toBeCloseTo(0.5, 1);
    });
  });
});
