import { MINUTE, Requester, SECOND } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('binding (R8)', (under) => {
  const ELSEWHERE: readonly (readonly [string, (holder: Requester) => Requester])[] = [
    ['another phone', (holder) => holder.somebodyElse()],
    ['another purpose', (holder) => holder.for('register')],
  ];

  it.each(ELSEWHERE)(
    'refuses the right code with %s and spends nothing of the holder’s [ASVS 6.6.2]',
    async (_, of) => {
      const holder = Requester.of(under);
      const held = await holder.issue();
      const elsewhere = of(holder);
      for (let guess = 0; guess < 10; guess += 1) {
        await expect(elsewhere.verify(held)).resolves.toEqual({ outcome: 'unknown' });
      }
      await expect(holder.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
      await expect(holder.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 0 });
    },
  );

  it('refuses the right code with another id and spends nothing of the holder’s [ASVS 6.6.2]', async () => {
    const holder = Requester.of(under);
    const held = await holder.issue();
    for (let guess = 0; guess < 10; guess += 1) {
      const other = { verificationId: `${String(guess)}${'A'.repeat(21)}`, code: held.code };
      await expect(holder.verify(other)).resolves.toEqual({ outcome: 'unknown' });
    }
    await expect(holder.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    await expect(holder.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 0 });
  });

  it.each(ELSEWHERE)(
    'compares codes digested for one subject alone: the code with %s is a wrong one [ASVS 6.6.2]',
    async (_, of) => {
      // Even with ids that exist there, a code is judged as belonging to its own phone and purpose.
      const holder = Requester.of(under);
      const held = await holder.issue();
      const elsewhere = of(holder);
      const there = await elsewhere.issue();
      const code = held.code === there.code ? '000000' : held.code;
      await expect(elsewhere.verify({ verificationId: there.verificationId, code })).resolves.toMatchObject({
        outcome: 'wrong',
        failures: 1,
      });
      await expect(holder.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 0 });
    },
  );

  it('refuses one open verification’s code with the id of another of the same subject [ASVS 6.6.2]', async () => {
    const holder = Requester.of(under, { quotas: [] });
    const first = await holder.issue();
    await under.advance(MINUTE);
    let second = await holder.issue();
    while (second.code === first.code) {
      await holder.cancel(second);
      second = await holder.issue();
    }
    const crossed = { verificationId: second.verificationId, code: first.code };
    await expect(holder.verify(crossed)).resolves.toMatchObject({ outcome: 'wrong', attemptsRemaining: 4 });
    await expect(holder.status(first)).resolves.toMatchObject({ attemptsRemaining: 5 });
    await expect(holder.verify(first)).resolves.toMatchObject({ outcome: 'verified' });
  });
});

describeEachStorage('optional binding (R8)', (under) => {
  it('means the newest pending verification when no id is given', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const older = await requester.issue();
    await under.advance(MINUTE);
    const newer = await requester.issue();
    await expect(requester.verify({ code: newer.code })).resolves.toMatchObject({ outcome: 'verified' });
    // With the newer one spent, the older one is the newest.
    await expect(requester.verify({ code: older.code })).resolves.toMatchObject({ outcome: 'verified' });
    await expect(requester.verify({ code: older.code })).resolves.toEqual({ outcome: 'unknown' });
  });

  it('counts a wrong guess against that one alone', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const older = await requester.issue();
    await under.advance(MINUTE);
    const newer = await requester.issue();
    await expect(requester.verify({ code: 'none' })).resolves.toMatchObject({
      outcome: 'wrong',
      attemptsRemaining: 4,
      failures: 1,
    });
    await expect(requester.status(newer)).resolves.toMatchObject({ attemptsRemaining: 4 });
    await expect(requester.status(older)).resolves.toMatchObject({ attemptsRemaining: 5 });
  });

  it('never means one of another purpose, an expired or a cancelled one', async () => {
    const requester = Requester.of(under, { lifetimeMs: 30 * SECOND });
    const expired = await requester.issue();
    await under.advance(MINUTE);
    const other = await requester.for('register').issue();
    const cancelled = await requester.issue();
    await requester.cancel(cancelled);
    for (const { code } of [expired, other, cancelled]) {
      await expect(requester.verify({ code })).resolves.toEqual({ outcome: 'unknown' });
    }
  });
});

describeEachStorage('rotation of the code secret (R15)', (under) => {
  it('accepts a code in flight while the previous secret is accepted', async () => {
    const before = Requester.of(under);
    const held = await before.issue();
    const after = before.withNextSecret({ acceptsPrevious: true });
    await expect(after.fail(held)).resolves.toMatchObject({ outcome: 'wrong', attemptsRemaining: 4 });
    await expect(after.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('accepts a code of the new secret beside it', async () => {
    const after = Requester.of(under).withNextSecret({ acceptsPrevious: true });
    await expect(after.verify(await after.issue())).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('refuses the code as a wrong one when the previous secret is no longer accepted', async () => {
    const before = Requester.of(under);
    const held = await before.issue();
    const after = before.withNextSecret({ acceptsPrevious: false });
    await expect(after.verify(held)).resolves.toMatchObject({ outcome: 'wrong' });
  });
});
