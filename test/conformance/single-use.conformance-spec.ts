import { Requester, tally, together, wrong } from './requester';
import { describeEachStorage } from './storage-under-test';

const ROUNDS = 20;
const CALLERS = 40;

describeEachStorage('single use (R1, R2, R3)', (under) => {
  it('verifies exactly one of many concurrent right codes, round after round [ASVS 6.5.1] [NIST 63B 3.1.3.2] [NIST 63A 3.8]', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const outcomes = await together(under, requester, CALLERS, (seat) => seat.verify(held));
      expect(tally(outcomes)).toEqual({ verified: 1, unknown: CALLERS - 1 });
    }
  });

  it('keeps a proof for the one that was verified and for none of the others', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const proofs = Array.from({ length: CALLERS }, () => requester.draw());
    await together(under, requester, CALLERS, (seat, caller) => seat.verify(held, proofs[caller]));
    const redeemed = await Promise.all(proofs.map((proof) => requester.redeem(proof)));
    expect(tally(redeemed)).toEqual({ redeemed: 1, unknown: CALLERS - 1 });
  });

  it('refuses a code that was used, however often it is tried again', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
    for (let again = 0; again < 10; again += 1) {
      await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    }
  });

  it('takes no digest for that of the code but a candidate, as a whole: not the proof’s, no parts of two', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const digest = requester.digestOf(held.code);
    const [ahead, behind] = [digest.slice(0, 11), digest.slice(11)];
    const filling = requester.digestOf(wrong(held.code));
    const guesses = [
      requester.verifyDigests(held, [filling], digest + filling),
      requester.verifyDigests(held, [filling.slice(11) + ahead, behind + filling.slice(11)], filling),
      requester.verifyDigests(held, [filling, filling.slice(11) + ahead], behind + filling),
    ];
    expect((await Promise.all(guesses)).map(({ outcome }) => outcome)).toEqual(['wrong', 'wrong', 'wrong']);
    await expect(requester.verifyDigests(held, [filling, digest], filling)).resolves.toMatchObject({
      outcome: 'verified',
    });
  });

  it('does not count guesses at a verification that was used', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.verify(held);
    await requester.failTimes(held, 3);
    await expect(requester.verify(await requester.issue())).resolves.toMatchObject({ failuresBefore: 0 });
  });

  it('evaluates exactly maxAttempts of many concurrent wrong guesses [ASVS 6.6.3] [NIST 3.2.2]', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const requester = Requester.of(under, { maxAttempts: 1 + (round % 10) });
      const { maxAttempts } = requester.policy;
      const held = await requester.issue();
      const outcomes = await together(under, requester, CALLERS, (seat) => seat.fail(held));
      expect(tally(outcomes)).toEqual({ wrong: maxAttempts, exhausted: CALLERS - maxAttempts });
      const remaining = outcomes.flatMap((outcome) =>
        outcome.outcome === 'wrong' ? [outcome.attemptsRemaining] : [],
      );
      expect(remaining.sort((first, second) => second - first)).toEqual(
        Array.from({ length: maxAttempts }, (_, guess) => maxAttempts - 1 - guess),
      );
    }
  });

  it('refuses even the right code once all attempts are spent [ASVS 6.6.3]', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.failTimes(held, requester.policy.maxAttempts);
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'exhausted' });
    await expect(requester.verify({ code: held.code })).resolves.toMatchObject({ outcome: 'exhausted' });
  });

  it('verifies the right code with the last attempt', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.failTimes(held, requester.policy.maxAttempts - 1);
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('never refuses the right code for the wrong ones beside it while attempts remain', async () => {
    for (let round = 0; round < 2 * ROUNDS; round += 1) {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const guesses = requester.policy.maxAttempts;
      const outcomes = await together(under, requester, guesses, (seat, place) =>
        place === round % guesses ? seat.verify(held) : seat.fail(held),
      );
      expect(outcomes[round % guesses]).toMatchObject({ outcome: 'verified' });
    }
  });

  it('judges guesses in any order as if one had come after the other', async () => {
    // More wrong guesses than attempts beside one right: whether it wins depends on its place, but the numbers
    // must fit together either way.
    for (let round = 0; round < ROUNDS; round += 1) {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const counts = tally(
        await together(under, requester, CALLERS, (seat, caller) =>
          caller === round ? seat.verify(held) : seat.fail(held),
        ),
      );
      if (counts['verified'] === 1) {
        expect(counts['wrong'] ?? 0).toBeLessThan(requester.policy.maxAttempts);
        expect(counts['exhausted']).toBeUndefined();
      } else {
        expect(counts).toEqual({
          wrong: requester.policy.maxAttempts,
          exhausted: CALLERS - requester.policy.maxAttempts,
        });
      }
    }
  });

  it('gives the generic refusal to a verify that no send came before [ASVS 2.3.1]', async () => {
    const requester = Requester.of(under);
    const neverIssued = { verificationId: 'A'.repeat(22), code: '123456' };
    await expect(requester.verify(neverIssued)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify({ code: '123456' })).resolves.toEqual({ outcome: 'unknown' });
  });
});
