import { drawVerificationId } from '../../libs/sms-verification/src/code/verification-code';
import { DAY, HOUR, MINUTE, Requester, SECOND, rounded, tally, together } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('resend (R10)', (under) => {
  it('brings the same code again, for the same verification', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    expect(again).toMatchObject({ verificationId: held.verificationId, code: held.code, failedGateway: '' });
    await expect(requester.verify(again)).resolves.toMatchObject({ outcome: 'verified' });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('gives back the digest and the sealed code as they were stored', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    // What the second request brings along is not stored.
    const first = await requester.askAgain(held);
    await under.advance(MINUTE);
    const second = await requester.askAgain(held);
    if (first.outcome !== 'resent' || second.outcome !== 'resent') throw new Error('not resent');
    expect(second.digest).toBe(first.digest);
    expect(second.sealedCode).toBe(first.sealedCode);
  });

  it('leaves the lifetime and the attempts as they were', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.failTimes(held, 2);
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    expect(again.expiresAt).toBe(held.expiresAt);
    expect(rounded(await requester.status(held))).toMatchObject({
      state: 'pending',
      attemptsRemaining: 3,
      expiresInMs: 4 * MINUTE,
    });
    await under.advance(4 * MINUTE);
    await expect(requester.verify(again)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('waits for the cooldown, and counts in its schedule', async () => {
    const requester = Requester.of(under, { cooldownsMs: [10 * SECOND, 20 * SECOND, 40 * SECOND] });
    const held = await requester.issue();
    expect(rounded(await requester.askAgain(held))).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'cooldown', waitMs: 10 * SECOND },
    });
    await under.advance(10 * SECOND);
    const second = await requester.resend(held);
    expect(second.resendInMs).toBe(20 * SECOND);
    await expect(requester.roundedRefusal()).resolves.toEqual({ reason: 'cooldown', waitMs: 20 * SECOND });
    await under.advance(20 * SECOND);
    await expect(requester.resend(held)).resolves.toMatchObject({ resendInMs: 40 * SECOND });
  });

  it('counts in the quota', async () => {
    const requester = Requester.of(under, {
      quotas: [{ limit: 2, windowMs: HOUR }],
      cooldownsMs: [5 * SECOND],
    });
    const held = await requester.issue();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    expect(rounded({ resendInMs: again.resendInMs })).toEqual({ resendInMs: 59 * MINUTE });
    await under.advance(MINUTE);
    expect(rounded(await requester.askAgain(held))).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'quota', waitMs: 58 * MINUTE, limit: 2 },
    });
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
  });

  it('of many at the same time passes once', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    const outcomes = await together(under, requester, 20, (seat) => seat.askAgain(held));
    expect(tally(outcomes)).toEqual({ resent: 1, refused: 19 });
  });

  it('waits neither for failures nor for the number of open verifications', async () => {
    const requester = Requester.of(under, {
      maxLive: 1,
      failureWaits: [
        { failures: 1, waitMs: HOUR },
        { failures: 100, waitMs: DAY },
      ],
    });
    const held = await requester.issue();
    await requester.fail(held);
    await under.advance(MINUTE);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'failures' });
    await expect(requester.status(held)).resolves.toMatchObject({ resendInMs: 0 });
    await expect(requester.resend(held)).resolves.toMatchObject({ code: held.code });
  });

  it.each(['verified', 'expired', 'locked', 'cancelled', 'never issued', 'of another purpose'])(
    'of what is not live (%s) issues a new verification',
    async (fate) => {
      const requester = Requester.of(under, { maxAttempts: 1 });
      let held = await requester.issue();
      if (fate === 'verified') await requester.verify(held);
      if (fate === 'expired') await under.advance(4 * MINUTE);
      if (fate === 'locked') await requester.fail(held);
      if (fate === 'cancelled') await requester.cancel(held);
      if (fate === 'never issued') held = { ...held, verificationId: drawVerificationId() };
      if (fate === 'of another purpose') held = await requester.for('register').issue();
      await under.advance(MINUTE);
      const { outcome, ...issued } = await requester.ask({ resendOf: held.verificationId });
      expect(outcome.outcome).toBe('issued');
      expect(issued.verificationId).not.toBe(held.verificationId);
      await expect(requester.verify(issued)).resolves.toMatchObject({ outcome: 'verified' });
    },
  );

  it('for another phone does nothing to the verification', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await expect(requester.somebodyElse().askAgain(held)).resolves.toMatchObject({ outcome: 'issued' });
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('that failed is taken back: the verification stays, cooldown and quota come back [ASVS 2.3.3]', async () => {
    const requester = Requester.of(under, { quotas: [{ limit: 2, windowMs: HOUR }] });
    const held = await requester.issue();
    await under.advance(MINUTE);
    for (let failed = 0; failed < 5; failed += 1) {
      const again = await requester.resend(held);
      await expect(requester.cancel(again, 'resend')).resolves.toBe(true);
      await expect(requester.status(held)).resolves.toMatchObject({ state: 'pending', resendInMs: 0 });
    }
    await requester.resend(held);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('that failed takes nothing back of a newer send', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const held = await requester.issue();
    await under.advance(MINUTE);
    const slow = await requester.resend(held);
    await under.advance(MINUTE);
    await requester.resend(held);
    await requester.cancel(slow, 'resend');
    expect(rounded(await requester.status(held))).toMatchObject({ state: 'pending', resendInMs: 2 * MINUTE });
  });

  describe('with a new code each time', () => {
    it('replaces the verification', async () => {
      const requester = Requester.of(under, { resend: 'new', maxLive: 1 });
      const held = await requester.issue();
      await under.advance(MINUTE);
      const renewed = await requester.issue({ resendOf: held.verificationId });
      expect(renewed.verificationId).not.toBe(held.verificationId);
      await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
      await expect(requester.status(held)).resolves.toEqual({ outcome: 'unknown' });
      await expect(requester.verify(renewed)).resolves.toMatchObject({ outcome: 'verified' });
    });

    it('leaves the verification alone when the send is refused', async () => {
      const requester = Requester.of(under, { resend: 'new' });
      const held = await requester.issue();
      await expect(requester.askAgain(held)).resolves.toMatchObject({ outcome: 'refused' });
      await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
    });

    it('waits for what a first send waits for', async () => {
      const requester = Requester.of(under, {
        resend: 'new',
        failureWaits: [
          { failures: 1, waitMs: HOUR },
          { failures: 100, waitMs: DAY },
        ],
      });
      const held = await requester.issue();
      await requester.fail(held);
      await under.advance(MINUTE);
      expect(rounded(await requester.askAgain(held))).toMatchObject({
        outcome: 'refused',
        refusal: { reason: 'failures', waitMs: 59 * MINUTE },
      });
    });
  });
});
