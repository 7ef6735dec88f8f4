import { DAY, HOUR, MINUTE, Requester, SECOND, rounded } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('readStatus', (under) => {
  it('tells a pending verification with its attempts, its time and the next send', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(20 * SECOND);
    await requester.failTimes(held, 2);
    expect(rounded(await requester.status(held))).toEqual({
      outcome: 'found',
      state: 'pending',
      delivery: 'queued',
      attemptsRemaining: 3,
      expiresInMs: 5 * MINUTE - 20 * SECOND,
      resendInMs: 40 * SECOND,
    });
  });

  it('tells one without attempts left as locked until it expires, and then as expired', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.failTimes(held, 5);
    expect(rounded(await requester.status(held))).toMatchObject({
      state: 'locked',
      attemptsRemaining: 0,
      expiresInMs: 5 * MINUTE,
    });
    await under.advance(5 * MINUTE);
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'expired', expiresInMs: 0 });
  });

  it('tells an expired and a verified one until rememberMs after the expiry, and then neither', async () => {
    const requester = Requester.of(under);
    const spent = await requester.issue();
    await requester.verify(spent);
    const unused = await requester.issue();
    await expect(requester.status(spent)).resolves.toMatchObject({ state: 'verified' });
    await under.advance(5 * MINUTE);
    await expect(requester.status(spent)).resolves.toMatchObject({ state: 'verified', expiresInMs: 0 });
    await expect(requester.status(unused)).resolves.toMatchObject({ state: 'expired', expiresInMs: 0 });
    await under.advance(10 * MINUTE - 5 * SECOND);
    await expect(requester.status(spent)).resolves.toMatchObject({ state: 'verified' });
    await expect(requester.status(unused)).resolves.toMatchObject({ state: 'expired' });
    await under.advance(5 * SECOND);
    await expect(requester.status(spent)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.status(unused)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('tells it after later sends too', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.verify(held);
    await under.advance(14 * MINUTE);
    await requester.issue();
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'verified' });
  });

  it('knows nothing of what was cancelled, of an id never issued, and of other phones and purposes', async () => {
    const requester = Requester.of(under);
    const cancelled = await requester.issue();
    await requester.cancel(cancelled);
    const held = await requester.issue();
    const answers = [
      requester.status(cancelled),
      requester.status({ verificationId: 'A'.repeat(22) }),
      requester.somebodyElse().status(held),
      requester.for('register').status(held),
    ];
    for (const answer of await Promise.all(answers)) expect(answer).toEqual({ outcome: 'unknown' });
  });

  it('changes nothing', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    for (let look = 0; look < 20; look += 1) await requester.status(held);
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 0 });
  });
});

describeEachStorage('reset', (under) => {
  it('clears the failure count and the cooldown', async () => {
    const requester = Requester.of(under);
    await requester.failTimes(await requester.issue(), 5);
    await expect(requester.check()).resolves.not.toMatchObject({ resendInMs: 0 });
    await requester.reset();
    await expect(requester.check()).resolves.toMatchObject({ resendInMs: 0 });
    await expect(requester.verify(await requester.issue())).resolves.toMatchObject({ failuresBefore: 0 });
  });

  it('ends a lock', async () => {
    const requester = Requester.of(under, { failureWaits: [{ failures: 5, waitMs: DAY }] });
    await requester.failTimes(await requester.issue(), 5);
    await under.advance(HOUR);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'failures' });
    await requester.reset();
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it('starts the cooldown schedule again', async () => {
    const requester = Requester.of(under, { cooldownsMs: [10 * SECOND, 20 * SECOND] });
    await requester.issue();
    await requester.reset();
    await expect(requester.issue()).resolves.toMatchObject({ resendInMs: 10 * SECOND });
  });

  it('leaves open verifications and the quota as they are', async () => {
    const requester = Requester.of(under, { quotas: [{ limit: 1, windowMs: HOUR }] });
    const held = await requester.issue();
    await requester.reset();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('concerns one purpose of one phone', async () => {
    const requester = Requester.of(under, { failureWaits: [{ failures: 5, waitMs: DAY }] });
    await requester.failTimes(await requester.issue(), 5);
    await requester.for('register').reset();
    await requester.somebodyElse().reset();
    await under.advance(HOUR);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'failures' });
  });

  it('does nothing for a phone that nothing is known of', async () => {
    const requester = Requester.of(under);
    await expect(requester.reset()).resolves.toBeUndefined();
    await expect(requester.refusal()).resolves.toBeUndefined();
  });
});

describeEachStorage('ping', (under) => {
  it('resolves while the storage answers', async () => {
    for (const storage of under.instances) await expect(storage.ping()).resolves.toBeUndefined();
  });
});
