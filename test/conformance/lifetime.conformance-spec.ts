import { MINUTE, Requester, SECOND, rounded } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('lifetime (R7)', (under) => {
  it('ends when the answer to the send said, not sooner and not later [ASVS 6.5.5] [NIST 3.1.3.2]', async () => {
    const requester = Requester.of(under, { quotas: [], cooldownsMs: [5 * SECOND] });
    const dying = await requester.issue();
    await under.advance(5 * SECOND);
    const living = await requester.issue();
    await under.advance(5 * MINUTE - 5 * SECOND);
    await expect(requester.verify(dying)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify(living)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('is not extended by guesses, looks, refused sends or later sends [ASVS 6.5.5]', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    await requester.fail(held);
    await requester.issue();
    await requester.ask();
    await requester.status(held);
    await requester.check();
    await under.advance(4 * MINUTE);
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('counts no guess at a code that has expired', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(5 * MINUTE);
    await requester.failTimes(held, 3);
    await expect(requester.verify(await requester.issue())).resolves.toMatchObject({ failuresBefore: 0 });
  });

  it('may differ from purpose to purpose, and each record says its own', async () => {
    const login = Requester.of(under);
    const register = login.for('register', { lifetimeMs: 30 * SECOND, cooldownsMs: [10 * SECOND] });
    const reset = login.for('reset_password', { lifetimeMs: 10 * MINUTE });
    const loginHeld = await login.issue();
    const registerHeld = await register.issue();
    const resetHeld = await reset.issue();
    expect(rounded(await login.check())).toMatchObject({ ttlMs: 5 * MINUTE, resendInMs: MINUTE });
    expect(rounded(await register.check())).toMatchObject({ ttlMs: 30 * SECOND, resendInMs: 10 * SECOND });
    expect(rounded(await reset.check())).toMatchObject({ ttlMs: 10 * MINUTE, resendInMs: MINUTE });

    await under.advance(30 * SECOND);
    await expect(register.verify(registerHeld)).resolves.toEqual({ outcome: 'unknown' });
    await expect(register.check()).resolves.toMatchObject({ exists: false, ttlMs: 0, resendInMs: 0 });
    await expect(login.verify(loginHeld)).resolves.toMatchObject({ outcome: 'verified' });
    await under.advance(9 * MINUTE);
    await expect(reset.verify(resetHeld)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('stays what the record says when the configured lifetime changes under it', async () => {
    const before = Requester.of(under);
    const held = await before.issue();
    const after = before.for('login', { lifetimeMs: 30 * SECOND });
    await under.advance(MINUTE);
    expect(rounded(await after.check())).toMatchObject({ exists: true, ttlMs: 4 * MINUTE });
    await expect(after.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('is not cut short by anything that happens to a purpose whose codes live shorter', async () => {
    // Nothing else would keep what is remembered of this phone: no window, no memory.
    const nothingRemembered = { quotas: [], rememberMs: 0, cooldownMemoryMs: 0, failureMemoryMs: 5 * SECOND };
    const long = Requester.of(under, { ...nothingRemembered, lifetimeMs: 10 * MINUTE });
    const short = long.for('register', { lifetimeMs: 10 * SECOND, cooldownsMs: [5 * SECOND] });
    const held = await long.issue();
    const failedAndVerified = await short.issue();
    await short.fail(failedAndVerified);
    await short.verify(failedAndVerified);
    await short.cancel(await short.issue());
    await short.reset();
    await short.fail(await short.issue());
    await under.advance(10 * MINUTE - 5 * SECOND);
    await expect(long.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('once over allows a send at once, the cooldown having passed', async () => {
    const requester = Requester.of(under, { maxLive: 1 });
    await requester.issue();
    await under.advance(5 * MINUTE);
    await expect(requester.check()).resolves.toEqual({
      exists: false,
      ttlMs: 0,
      resendInMs: 0,
      known: false,
      refusal: undefined,
    });
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('once over leaves the cooldown as the only thing to wait for', async () => {
    const requester = Requester.of(under, { lifetimeMs: 20 * SECOND });
    await requester.issue();
    await under.advance(20 * SECOND);
    expect(rounded(await requester.check())).toEqual({
      exists: false,
      ttlMs: 0,
      resendInMs: 40 * SECOND,
      known: false,
      refusal: { reason: 'cooldown', waitMs: 40 * SECOND },
    });
    await under.advance(40 * SECOND);
    await expect(requester.refusal()).resolves.toBeUndefined();
  });
});

describeEachStorage('checkExistsAndGetTtl', (under) => {
  it('knows nothing of a phone that was never sent a code', async () => {
    await expect(Requester.of(under).check()).resolves.toEqual({
      exists: false,
      ttlMs: 0,
      resendInMs: 0,
      known: false,
      refusal: undefined,
    });
  });

  it('tells the lifetime of the code that lives longest', async () => {
    const requester = Requester.of(under);
    const first = await requester.issue();
    await under.advance(MINUTE);
    const second = await requester.issue();
    expect(rounded(await requester.check())).toMatchObject({ exists: true, ttlMs: 5 * MINUTE });
    await requester.cancel(second);
    expect(rounded(await requester.check())).toMatchObject({ exists: true, ttlMs: 4 * MINUTE });
    await requester.verify(first);
    expect(rounded(await requester.check())).toMatchObject({ exists: false, ttlMs: 0 });
  });

  it('says that no code exists when all attempts at it are spent, for it could not be verified', async () => {
    const requester = Requester.of(under);
    await requester.failTimes(await requester.issue(), 5);
    await expect(requester.check()).resolves.toMatchObject({ exists: false, ttlMs: 0 });
  });

  it('never says that a code exists without a time left for it, or the reverse', async () => {
    const requester = Requester.of(under, { lifetimeMs: 30 * SECOND });
    await requester.issue();
    for (let elapsed = 0; elapsed <= 60; elapsed += 5) {
      const { exists, ttlMs } = await requester.check();
      expect(exists).toBe(elapsed < 30);
      expect(ttlMs > 0).toBe(exists);
      await under.advance(5 * SECOND);
    }
  });

  it('answers for its purpose alone', async () => {
    const requester = Requester.of(under);
    await requester.issue();
    await expect(requester.for('register').check()).resolves.toMatchObject({ exists: false, resendInMs: 0 });
  });
});
