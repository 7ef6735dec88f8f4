import { DAY, HOUR, MINUTE, Requester, SECOND, rounded, together } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('quota', (under) => {
  /** Three an hour, and no cooldown, lifetime or failure that would refuse before. */
  const THREE_AN_HOUR = {
    quotas: [{ limit: 3, windowMs: HOUR }],
    cooldownsMs: [5 * SECOND],
    lifetimeMs: 5 * SECOND,
  };

  it('counts sends in a window that slides: each send frees its place when it is as old as the window', async () => {
    const requester = Requester.of(under, THREE_AN_HOUR);
    for (const pauseMs of [10 * MINUTE, 20 * MINUTE, 5 * SECOND]) {
      await requester.issue();
      await under.advance(pauseMs);
    }
    // Sent at 0, 10 and 30 minutes; it is 30:05 now.
    await expect(requester.roundedRefusal()).resolves.toEqual({
      reason: 'quota',
      waitMs: 30 * MINUTE - 5 * SECOND,
      limit: 3,
      windowMs: HOUR,
    });
    await under.advance(30 * MINUTE - 5 * SECOND);
    await requester.issue();
    // One place at a time: the next one is free at 70 minutes.
    await expect(requester.roundedRefusal()).resolves.toMatchObject({
      reason: 'quota',
      waitMs: 10 * MINUTE,
    });
    await under.advance(10 * MINUTE);
    await requester.issue();
    await under.advance(20 * MINUTE);
    await requester.issue();
  });

  it('tells the last allowed send how long the next one must wait', async () => {
    const requester = Requester.of(under, THREE_AN_HOUR);
    await requester.issue();
    await under.advance(MINUTE);
    await expect(requester.issue()).resolves.toMatchObject({ resendInMs: 5 * SECOND });
    await under.advance(MINUTE);
    const { resendInMs } = await requester.issue();
    expect(rounded({ resendInMs })).toEqual({ resendInMs: 58 * MINUTE });
  });

  it('is one for all purposes of a phone', async () => {
    const login = Requester.of(under, THREE_AN_HOUR);
    await login.issue();
    await login.for('register').issue();
    await login.for('reset_password').issue();
    await expect(login.for('change_phone').refusal()).resolves.toMatchObject({ reason: 'quota' });
    await expect(login.somebodyElse().refusal()).resolves.toBeUndefined();
  });

  it('holds all its windows: five an hour and ten a day by default', async () => {
    const requester = Requester.of(under, { cooldownsMs: [5 * SECOND], lifetimeMs: 5 * SECOND });
    const send5 = async (): Promise<void> => {
      for (let send = 0; send < 5; send += 1) {
        await requester.issue();
        await under.advance(5 * SECOND);
      }
    };
    await send5();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota', limit: 5, windowMs: HOUR });
    await under.advance(HOUR);
    await send5();
    await under.advance(HOUR);
    await expect(requester.roundedRefusal()).resolves.toEqual({
      reason: 'quota',
      limit: 10,
      windowMs: DAY,
      waitMs: DAY - 2 * HOUR - 50 * SECOND,
    });
  });

  it('is not given back by a success or an expiry', async () => {
    const requester = Requester.of(under, THREE_AN_HOUR);
    await requester.verify(await requester.issue());
    await requester.verify(await requester.issue());
    await requester.issue();
    await under.advance(MINUTE);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
  });

  it('is not used by sends that are refused', async () => {
    const requester = Requester.of(under, THREE_AN_HOUR);
    await requester.issue();
    for (let again = 0; again < 5; again += 1) await requester.ask();
    await under.advance(5 * SECOND);
    await requester.issue();
    await under.advance(5 * SECOND);
    await requester.issue();
  });

  it('is not exceeded by concurrent sends for different purposes', async () => {
    const requester = Requester.of(under, THREE_AN_HOUR);
    const answers = await together(under, requester, 20, (seat, caller) =>
      seat.for(`purpose_${String(caller)}`).ask(),
    );
    expect(answers.filter(({ outcome }) => outcome.outcome === 'issued')).toHaveLength(3);
  });

  it('may be left out', async () => {
    const requester = Requester.of(under, { ...THREE_AN_HOUR, quotas: [] });
    for (let send = 0; send < 20; send += 1) {
      await requester.issue();
      await under.advance(5 * SECOND);
    }
  });
});
