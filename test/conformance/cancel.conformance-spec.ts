import { randomUUID } from 'node:crypto';
import { HOUR, MINUTE, Requester, SECOND, rounded, together } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('cancel (R6)', (under) => {
  it('gives code, cooldown and quota back, so that the next send passes at once [ASVS 2.3.3]', async () => {
    const requester = Requester.of(under, { quotas: [{ limit: 1, windowMs: HOUR }] });
    for (let failed = 0; failed < 5; failed += 1) {
      const held = await requester.issue();
      await expect(requester.cancel(held)).resolves.toBe(true);
      await expect(requester.check()).resolves.toEqual({
        exists: false,
        ttlMs: 0,
        known: false,
        resendInMs: 0,
        refusal: undefined,
      });
      await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    }
    await requester.issue();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
  });

  it('gives back the place in the quota that it reserved, and no other [ASVS 2.3.3]', async () => {
    const requester = Requester.of(under, {
      quotas: [{ limit: 2, windowMs: HOUR }],
      cooldownsMs: [5 * SECOND],
    });
    await requester.issue();
    await under.advance(10 * MINUTE);
    await requester.cancel(await requester.issue());
    await requester.issue();
    await expect(requester.roundedRefusal()).resolves.toMatchObject({ reason: 'quota', waitMs: 50 * MINUTE });
  });

  it('gives the step of the cooldown schedule back', async () => {
    const requester = Requester.of(under, {
      quotas: [],
      lifetimeMs: 5 * SECOND,
      cooldownsMs: [10 * SECOND, 20 * SECOND, 40 * SECOND],
    });
    await requester.issue();
    await under.advance(10 * SECOND);
    for (let failed = 0; failed < 3; failed += 1) {
      const held = await requester.issue();
      expect(held.resendInMs).toBe(20 * SECOND);
      await requester.cancel(held);
    }
    const { resendInMs } = await requester.issue();
    expect(resendInMs).toBe(20 * SECOND);
    await under.advance(resendInMs);
    await expect(requester.issue()).resolves.toMatchObject({ resendInMs: 40 * SECOND });
  });

  it('gives the place among the open verifications back', async () => {
    const requester = Requester.of(under, { quotas: [], maxLive: 1 });
    await requester.cancel(await requester.issue());
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('never touches a newer verification or what that one reserved', async () => {
    const requester = Requester.of(under, { quotas: [{ limit: 2, windowMs: HOUR }] });
    const older = await requester.issue();
    await under.advance(MINUTE);
    const newer = await requester.issue();
    await expect(requester.cancel(older)).resolves.toBe(true);
    expect(rounded(await requester.check())).toMatchObject({
      exists: true,
      ttlMs: 5 * MINUTE,
      refusal: { reason: 'cooldown', waitMs: MINUTE },
    });
    await expect(requester.verify(newer)).resolves.toMatchObject({ outcome: 'verified' });
    // The older one’s place in the quota is free; the newer one’s frees an hour after that one was sent.
    await requester.issue();
    await expect(requester.roundedRefusal()).resolves.toMatchObject({ reason: 'quota', waitMs: HOUR });
  });

  it('takes no verification back that was sent again meanwhile, but what its first send reserved', async () => {
    const requester = Requester.of(under, { quotas: [{ limit: 2, windowMs: HOUR }] });
    const held = await requester.issue();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    await expect(requester.cancel(held)).resolves.toBe(true);
    await expect(requester.roundedRefusal()).resolves.toEqual({ reason: 'cooldown', waitMs: MINUTE });
    await requester.recordSent(again, { gateway: 'first', messageId: randomUUID() });
    await expect(requester.cancel(held)).resolves.toBe(true);
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'pending', delivery: 'sent' });
    await expect(requester.verify(again)).resolves.toMatchObject({ outcome: 'verified' });
    await requester.issue();
  });

  it('of a resend and then of the first send leaves nothing', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    await requester.cancel(await requester.resend(held), 'resend');
    await expect(requester.cancel(held)).resolves.toBe(true);
    await expect(requester.status(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('deletes nothing for a stale id: who comes late finds the newer value untouched', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const stale = await requester.issue();
    await requester.cancel(stale);
    const newer = await requester.issue();
    await expect(requester.cancel(stale)).resolves.toBe(false);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'cooldown' });
    await expect(requester.verify(newer)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('never takes back what was verified meanwhile', async () => {
    const requester = Requester.of(under, { quotas: [{ limit: 2, windowMs: HOUR }] });
    const held = await requester.issue();
    const proof = requester.draw();
    await requester.verify(held, proof);
    await expect(requester.cancel(held)).resolves.toBe(false);
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'verified' });
    await requester.issue();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
    await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
  });

  it('beside a verify lets exactly one of the two have the verification', async () => {
    for (let round = 0; round < 20; round += 1) {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const won = await together(under, requester, 8, async (seat, caller) =>
        (caller + round) % 2 === 0 ? (await seat.verify(held)).outcome === 'verified' : seat.cancel(held),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    }
  });

  it('takes only the verification of the phone and the purpose that it names', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await expect(requester.for('register').cancel(held)).resolves.toBe(false);
    await expect(requester.somebodyElse().cancel(held)).resolves.toBe(false);
    await expect(requester.cancel({ verificationId: 'A'.repeat(22) })).resolves.toBe(false);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'cooldown' });
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('forgets no failure', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const held = await requester.issue();
    await requester.failTimes(held, 3);
    await requester.cancel(held);
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 4 });
  });
});
