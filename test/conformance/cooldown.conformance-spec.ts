import { DAY, HOUR, MINUTE, Requester, SECOND, rounded, tally, together } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('cooldown (R5)', (under) => {
  it('lets exactly one of many concurrent sends pass and refuses the others [ASVS 2.3.4]', async () => {
    for (let round = 0; round < 20; round += 1) {
      const requester = Requester.of(under);
      const answers = await together(under, requester, 40, (seat) => seat.ask());
      const outcomes = answers.map(({ outcome }) => outcome);
      expect(tally(outcomes)).toEqual({ issued: 1, refused: 39 });
      for (const outcome of outcomes) {
        if (outcome.outcome === 'refused') {
          expect(rounded(outcome.refusal)).toEqual({ reason: 'cooldown', waitMs: MINUTE });
        }
      }
      // The others reserved nothing: one code exists, one send was counted.
      const [issued] = answers.filter(({ outcome }) => outcome.outcome === 'issued');
      const stored = await Promise.all(
        answers.map(({ verificationId }) => requester.status({ verificationId })),
      );
      expect(tally(stored)).toEqual({ found: 1, unknown: 39 });
      await expect(requester.verify(issued ?? { code: '' })).resolves.toMatchObject({ outcome: 'verified' });
    }
  });

  it('answers a send with when the code expires and when the next send is allowed', async () => {
    const requester = Requester.of(under);
    const { sentAt, expiresAt, resendInMs } = await requester.issue();
    expect(expiresAt - sentAt).toBe(5 * MINUTE);
    expect(resendInMs).toBe(MINUTE);
  });

  it('names the limit that opens last when several refuse', async () => {
    const byQuota = Requester.of(under, { quotas: [{ limit: 1, windowMs: HOUR }] });
    await byQuota.issue();
    await expect(byQuota.refusal()).resolves.toMatchObject({ reason: 'quota', limit: 1, windowMs: HOUR });

    const byCooldown = Requester.of(under, { quotas: [{ limit: 1, windowMs: 30 * SECOND }] });
    await byCooldown.issue();
    await expect(byCooldown.refusal()).resolves.toMatchObject({ reason: 'cooldown' });

    const byLongerWindow = Requester.of(under, {
      quotas: [
        { limit: 1, windowMs: HOUR },
        { limit: 1, windowMs: DAY },
        { limit: 1, windowMs: 2 * HOUR },
      ],
    });
    await byLongerWindow.issue();
    await expect(byLongerWindow.refusal()).resolves.toMatchObject({ reason: 'quota', windowMs: DAY });

    const byFailures = Requester.of(under, { failureWaits: [{ failures: 1, waitMs: DAY }], maxAttempts: 1 });
    await byFailures.fail(await byFailures.issue());
    await expect(byFailures.refusal()).resolves.toMatchObject({ reason: 'failures' });
  });

  it.each([
    ['the cooldown', 'cooldown', {}],
    ['the quota', 'quota', { quotas: [{ limit: 1, windowMs: HOUR }] }],
    ['the number of open verifications', 'cooldown', { maxLive: 1, cooldownsMs: [5 * SECOND] }],
    [
      'the attempts set aside',
      'failures',
      { failureWaits: [{ failures: 5, waitMs: DAY }], cooldownsMs: [5 * SECOND] },
    ],
  ] as const)(
    'for %s: waiting exactly as long as it says is enough, a second less is not',
    async (_, reason, policy) => {
      const requester = Requester.of(under, policy);
      await requester.issue();
      const { resendInMs } = await requester.check();
      const refusal = await requester.refusal();
      expect(refusal).toMatchObject({ reason });
      const { waitMs } = refusal ?? { waitMs: 0 };
      expect(rounded({ waitMs })).toEqual(rounded({ waitMs: resendInMs }));
      await under.advance(waitMs - SECOND);
      await expect(requester.refusal()).resolves.toMatchObject({ reason });
      await under.advance(SECOND);
      await expect(requester.refusal()).resolves.toBeUndefined();
    },
  );

  it('is told by the check as by the refusal, and the check reserves nothing', async () => {
    const requester = Requester.of(under);
    await requester.check();
    await requester.issue();
    for (let look = 0; look < 10; look += 1) await requester.check();
    const { refusal, resendInMs } = await requester.check();
    expect(rounded({ refusal, resendInMs })).toEqual({
      refusal: { reason: 'cooldown', waitMs: MINUTE },
      resendInMs: MINUTE,
    });
    await under.advance(MINUTE);
    await expect(requester.check()).resolves.toMatchObject({ resendInMs: 0 });
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('holds for one phone and purpose', async () => {
    const requester = Requester.of(under);
    await requester.issue();
    await expect(requester.for('register').refusal()).resolves.toBeUndefined();
    await expect(requester.somebodyElse().refusal()).resolves.toBeUndefined();
  });

  it('is not prolonged by sends that it refuses', async () => {
    const requester = Requester.of(under);
    await requester.issue();
    await under.advance(30 * SECOND);
    for (let again = 0; again < 5; again += 1) await requester.ask();
    await under.advance(30 * SECOND);
    await expect(requester.refusal()).resolves.toBeUndefined();
  });
});

describeEachStorage('cooldown schedule', (under) => {
  /** Short-lived codes, so that only the schedule refuses. */
  const SCHEDULE = { quotas: [], lifetimeMs: 5 * SECOND };

  /** Sends as often as named, as soon as allowed, and returns the waits. */
  async function sends(requester: Requester, times: number): Promise<number[]> {
    const waits: number[] = [];
    for (let send = 0; send < times; send += 1) {
      const { resendInMs } = await requester.issue();
      waits.push(resendInMs / SECOND);
      await under.advance(resendInMs);
    }
    return waits;
  }

  it('waits 60, 60, 120 and then 300 seconds as sends repeat unverified', async () => {
    await expect(sends(Requester.of(under, SCHEDULE), 6)).resolves.toEqual([60, 60, 120, 300, 300, 300]);
  });

  it('starts again after a success', async () => {
    const requester = Requester.of(under, SCHEDULE);
    await sends(requester, 4);
    await requester.verify(await requester.issue());
    await expect(sends(requester, 3)).resolves.toEqual([60, 60, 120]);
  });

  it('is given free at once by a success', async () => {
    const requester = Requester.of(under, SCHEDULE);
    await requester.verify(await requester.issue());
    await expect(requester.check()).resolves.toMatchObject({ resendInMs: 0, refusal: undefined });
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('starts again when a cooldown has passed unused for cooldownMemoryMs, and not sooner', async () => {
    // The quota keeps the record for longer than that: what is forgotten is the schedule, not the whole record.
    const policy = { ...SCHEDULE, quotas: [{ limit: 100, windowMs: DAY }] };
    const remembering = Requester.of(under, policy);
    const forgetting = Requester.of(under, policy);
    for (const requester of [remembering, forgetting]) {
      await requester.issue();
      await under.advance(MINUTE);
      await requester.issue();
    }
    // The cooldown of `remembering` is a minute ahead of the other's.
    await under.advance(HOUR - 10 * SECOND);
    await expect(remembering.issue()).resolves.toMatchObject({ resendInMs: 2 * MINUTE });
    await under.advance(MINUTE + 10 * SECOND);
    await expect(forgetting.issue()).resolves.toMatchObject({ resendInMs: MINUTE });
  });

  it('may differ from purpose to purpose', async () => {
    const login = Requester.of(under, SCHEDULE);
    const register = login.for('register', { cooldownsMs: [10 * SECOND, 20 * SECOND] });
    await expect(sends(login, 3)).resolves.toEqual([60, 60, 120]);
    await expect(sends(register, 3)).resolves.toEqual([10, 20, 20]);
    await expect(sends(login, 1)).resolves.toEqual([300]);
  });

  it('counts no further than it has to, however long it goes on', async () => {
    const requester = Requester.of(under, { ...SCHEDULE, cooldownsMs: [5 * SECOND, 10 * SECOND] });
    const waits = await sends(requester, 300);
    expect(waits).toEqual([5, ...Array<number>(299).fill(10)]);
  });
});
