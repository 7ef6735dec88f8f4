import type { DrawnProof } from '../../libs/sms-verification/src/proof/proof-token';
import { MINUTE, Requester, SECOND, tally, together } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('proof (R14)', (under) => {
  async function verified(requester: Requester): Promise<{ proof: DrawnProof; verifiedAt: number }> {
    const proof = requester.draw();
    const outcome = await requester.verify(await requester.issue(), proof);
    if (outcome.outcome !== 'verified') throw new Error(`not verified: ${outcome.outcome}`);
    return { proof, verifiedAt: outcome.verifiedAt };
  }

  it('yields the time of the verification', async () => {
    const requester = Requester.of(under);
    const { proof, verifiedAt } = await verified(requester);
    await under.advance(MINUTE);
    const redeemed = await requester.redeem(proof);
    expect(redeemed).toEqual({ outcome: 'redeemed', verifiedAt });
  });

  it('is redeemed by exactly one of many concurrent callers', async () => {
    for (let round = 0; round < 20; round += 1) {
      const requester = Requester.of(under);
      const { proof } = await verified(requester);
      const outcomes = await together(under, requester, 40, (seat) => seat.redeem(proof));
      expect(tally(outcomes)).toEqual({ redeemed: 1, unknown: 39 });
    }
  });

  it('is not spent by a redeem for another purpose or phone', async () => {
    const requester = Requester.of(under);
    const { proof } = await verified(requester);
    await expect(requester.for('register').redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.somebodyElse().redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
  });

  it('does not come of a guess that was wrong, unknown or exhausted', async () => {
    const requester = Requester.of(under, { maxAttempts: 1 });
    const held = await requester.issue();
    const wrong = { ...held, code: 'none' };
    for (const guess of [{ code: held.code, verificationId: 'A'.repeat(22) }, wrong, held]) {
      const proof = requester.draw();
      await expect(requester.verify(guess, proof)).resolves.not.toMatchObject({ outcome: 'verified' });
      await expect(requester.redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
    }
  });

  it('expires after the proof lifetime of its purpose', async () => {
    const login = Requester.of(under);
    const register = login.for('register', { proofLifetimeMs: 30 * SECOND });
    const short = await verified(register);
    const long = await verified(login);
    const alsoLong = await verified(login);
    await under.advance(30 * SECOND);
    await expect(register.redeem(short.proof)).resolves.toEqual({ outcome: 'unknown' });
    await under.advance(9 * MINUTE + 25 * SECOND);
    await expect(login.redeem(long.proof)).resolves.toMatchObject({ outcome: 'redeemed' });
    await under.advance(5 * SECOND);
    await expect(login.redeem(alsoLong.proof)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('outlives the code, a reset and whatever is sent after it', async () => {
    const requester = Requester.of(under, { lifetimeMs: 5 * SECOND, quotas: [] });
    const { proof } = await verified(requester);
    await under.advance(MINUTE);
    await requester.cancel(await requester.issue());
    await requester.issue();
    await requester.reset();
    await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
  });

  it('stands beside other proofs of the same phone and purpose', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const proofs = [await verified(requester), await verified(requester), await verified(requester)];
    for (const { proof, verifiedAt } of proofs.reverse()) {
      await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed', verifiedAt });
    }
  });
});
