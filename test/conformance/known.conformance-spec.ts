import { DAY, HOUR, MINUTE, Requester, SECOND, type Held } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('a phone that has verified (R20, R21)', (under) => {
  const asks = async (requester: Requester): Promise<unknown> => {
    const { outcome } = await requester.ask();
    return 'known' in outcome ? outcome.known : outcome.outcome;
  };

  it('is known from the success on, for every purpose, and no other phone is', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const held = await requester.issue();
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
    expect(await asks(requester)).toBe(true);
    expect(await asks(requester.for('register'))).toBe(true);
    expect(await asks(requester.somebodyElse())).toBe(false);
  });

  it('is not known for a send, nor for a wrong code', async () => {
    const requester = Requester.of(under, { quotas: [] });
    await requester.fail(await requester.issue());
    await under.advance(MINUTE);
    expect(await asks(requester)).toBe(false);
  });

  it('stays known for 90 days after its last success, and no longer', async () => {
    const requester = Requester.of(under, { quotas: [] });
    await requester.verify(await requester.issue());
    await under.advance(80 * DAY);
    await requester.verify(await requester.issue());
    await under.advance(90 * DAY - SECOND);
    expect(await asks(requester)).toBe(true);
    await under.advance(MINUTE);
    expect(await asks(requester)).toBe(false);
  });

  it('is known for a resend too', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const first = await requester.issue();
    await under.advance(MINUTE);
    await expect(requester.askAgain(first)).resolves.toMatchObject({ outcome: 'resent', known: false });
    await requester.verify(first);
    const next = await requester.issue();
    await under.advance(MINUTE);
    await expect(requester.askAgain(next)).resolves.toMatchObject({ outcome: 'resent', known: true });
  });

  it('is as unknown after three sends in a row that nobody verified, for all purposes together, for a while', async () => {
    const requester = Requester.of(under, { quotas: [], maxLive: 5, cooldownMemoryMs: HOUR });
    await requester.verify(await requester.issue());
    const saw: unknown[] = [];
    const purposes = [requester, requester.for('register'), requester, requester.for('register'), requester];
    for (const each of purposes) {
      saw.push(await asks(each));
      await under.advance(2 * MINUTE);
    }
    expect(saw).toEqual([true, true, true, false, false]);
    await expect(requester.check()).resolves.toMatchObject({ known: false });
    // The sends in a row are forgotten with the cooldown that they lengthen.
    await under.advance(2 * HOUR);
    await expect(requester.check()).resolves.toMatchObject({ known: true });
    expect(await asks(requester)).toBe(true);
  });

  it('is known again after a success that ended the sends in a row, and counts none that was taken back', async () => {
    const requester = Requester.of(under, { quotas: [], cooldownsMs: [SECOND] });
    await requester.verify(await requester.issue());
    for (let sent = 0; sent < 5; sent += 1) {
      await requester.cancel(await requester.issue());
      await under.advance(MINUTE);
    }
    const held: Held[] = [];
    for (let sent = 0; sent < 3; sent += 1) {
      held.push(await requester.issue());
      await under.advance(MINUTE);
    }
    const [, , newest] = held;
    if (newest === undefined) throw new Error('three were sent');
    await expect(requester.askAgain(newest)).resolves.toMatchObject({ outcome: 'resent', known: false });
    await requester.verify(newest);
    expect(await asks(requester)).toBe(true);
  });

  it('can be told of by another phone’s success, which is that of a device of its own', async () => {
    const requester = Requester.of(under, { quotas: [] });
    await requester.storage.recordKnown(requester.fingerprint);
    expect(await asks(requester)).toBe(true);
    await under.advance(89 * DAY);
    await requester.storage.recordKnown(requester.fingerprint);
    await under.advance(89 * DAY);
    await expect(requester.check()).resolves.toMatchObject({ known: true });
    await under.advance(2 * DAY);
    await expect(requester.check()).resolves.toMatchObject({ known: false });
  });

  it('tells with the success when its send was counted, as it was noted with the send', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const [first, second] = [await requester.issue(), await requester.for('register').issue()];
    const counted = { gateway: 'g', messageId: 'counted' };
    await requester.recordSent(first, counted, undefined, first.sentAt - under.shiftMs + 1);
    await under.advance(MINUTE);
    const outcome = await requester.verify(first);
    if (outcome.outcome !== 'verified') throw new Error(outcome.outcome);
    expect(outcome.assessedAt + under.shiftMs).toBe(first.sentAt + 1);
    await expect(requester.for('register').verify(second)).resolves.toMatchObject({ assessedAt: 0 });
  });

  it('tells of the send that was counted also after a resend that was not', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const first = await requester.issue();
    await requester.recordSent(first, { gateway: 'g', messageId: 'first' }, undefined, 7_000_000_000_000);
    await under.advance(MINUTE);
    const again = await requester.resend(first);
    await requester.recordSent(again, { gateway: 'g', messageId: 'again' });
    const outcome = await requester.verify(first);
    expect(outcome).toMatchObject({ assessedAt: 7_000_000_000_000 - under.shiftMs });
  });
});

describeEachStorage('a request with an end (R21)', (under) => {
  it('is judged until then, by the storage’s clock, and void from then on', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const end = held.sentAt + 10 * MINUTE;
    await under.advance(MINUTE);
    await expect(requester.askAgain(held, { notAfter: end - under.shiftMs })).resolves.toMatchObject({
      outcome: 'resent',
    });
    await under.advance(9 * MINUTE);
    await expect(requester.ask({ notAfter: end - under.shiftMs })).resolves.toMatchObject({
      outcome: { outcome: 'stale' },
    });
    // Nothing was reserved for it.
    await expect(requester.ask()).resolves.toMatchObject({ outcome: { outcome: 'issued' } });
  });

  it('is that of a known device until three of its sends in a row were not verified', async () => {
    const requester = Requester.of(under, { quotas: [], maxLive: 5 });
    const notAfter = Date.UTC(2100, 0, 1);
    const saw: unknown[] = [];
    for (let sent = 0; sent < 4; sent += 1) {
      const { outcome } = await requester.ask({ notAfter });
      saw.push('known' in outcome ? outcome.known : outcome);
      await under.advance(5 * MINUTE);
    }
    expect(saw).toEqual([true, true, true, false]);
  });

  it('does not spend a code, nor an attempt', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    const ended = { ...held, notAfter: held.sentAt + MINUTE - under.shiftMs };
    await expect(requester.verify(ended)).resolves.toEqual({ outcome: 'stale' });
    await expect(requester.verify({ ...ended, code: 'none' })).resolves.toEqual({ outcome: 'stale' });
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });
});
