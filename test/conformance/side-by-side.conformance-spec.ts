import { MINUTE, Requester, SECOND, rounded } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('verifications side by side (R9)', (under) => {
  const SHORT_COOLDOWN = { quotas: [], cooldownsMs: [5 * SECOND] };

  it('live each with a code and attempts of their own [ASVS 6.3.1]', async () => {
    const requester = Requester.of(under, SHORT_COOLDOWN);
    const all = [];
    for (let place = 0; place < requester.policy.maxLive; place += 1) {
      all.push(await requester.issue());
      await under.advance(5 * SECOND);
    }
    for (const [place, held] of all.entries()) await requester.failTimes(held, place);
    for (const [place, held] of all.entries()) {
      await expect(requester.status(held)).resolves.toMatchObject({ attemptsRemaining: 5 - place });
    }
    for (const held of all) {
      await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
    }
  });

  it('are not pushed out by newcomers: the newcomer waits until one expires [ASVS 6.3.1]', async () => {
    const requester = Requester.of(under, SHORT_COOLDOWN);
    const oldest = await requester.issue();
    await under.advance(5 * SECOND);
    for (let place = 1; place < requester.policy.maxLive; place += 1) {
      await requester.issue();
      await under.advance(5 * SECOND);
    }
    await expect(requester.roundedRefusal()).resolves.toEqual({
      reason: 'cooldown',
      waitMs: 5 * MINUTE - 15 * SECOND,
    });
    for (let again = 0; again < 10; again += 1) await requester.ask();
    await expect(requester.verify(oldest)).resolves.toMatchObject({ outcome: 'verified' });
    // That freed a place.
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('make room when one has no attempts left, as far as the failure count allows', async () => {
    const requester = Requester.of(under, { ...SHORT_COOLDOWN, maxLive: 1 });
    await requester.failTimes(await requester.issue(), 5);
    await expect(requester.roundedRefusal()).resolves.toEqual({ reason: 'failures', waitMs: MINUTE });
    await under.advance(MINUTE);
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('cannot be spent by who does not hold the id, with however many guesses [ASVS 6.3.1]', async () => {
    const holder = Requester.of(under, SHORT_COOLDOWN);
    const held = await holder.issue();
    await Promise.all(
      Array.from({ length: 200 }, (_, guess) =>
        holder.verify({ verificationId: String(guess).padStart(22, 'A'), code: held.code }),
      ),
    );
    await expect(holder.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    await expect(holder.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 0 });
  });

  it('cannot be spent by a stranger with a verification of the same phone [ASVS 6.3.1]', async () => {
    const holder = Requester.of(under, SHORT_COOLDOWN);
    const held = await holder.issue();
    await under.advance(5 * SECOND);
    const strangers = await holder.issue();
    await holder.failTimes(strangers, 20);
    await expect(holder.status(strangers)).resolves.toMatchObject({ state: 'locked', attemptsRemaining: 0 });
    await expect(holder.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    await holder.failTimes(held, 4);
    await expect(holder.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('end one by one: a success leaves the others open', async () => {
    const requester = Requester.of(under, SHORT_COOLDOWN);
    const first = await requester.issue();
    await under.advance(5 * SECOND);
    const second = await requester.issue();
    await requester.verify(first);
    expect(rounded(await requester.status(second))).toMatchObject({
      state: 'pending',
      expiresInMs: 5 * MINUTE,
    });
    await expect(requester.verify(second)).resolves.toMatchObject({ outcome: 'verified' });
  });
});
