import { randomUUID } from 'node:crypto';
import { MINUTE, Requester, SECOND, rounded, tally } from './requester';
import { describeEachStorage } from './storage-under-test';

describeEachStorage('delivery', (under) => {
  const message = (gateway = 'first') => ({ gateway, messageId: randomUUID() });
  type Message = ReturnType<typeof message>;

  const report = (of: Message, state: 'delivered' | 'undelivered') =>
    under.instances[0].recordDelivery({ ...of, state });

  /** A verification whose message a gateway took. */
  async function sent(requester = Requester.of(under)) {
    const held = await requester.issue();
    const first = message();
    await requester.recordSent(held, first);
    return { requester, held, first };
  }

  it.each(['delivered', 'undelivered'] as const)('goes from queued to sent to %s', async (state) => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const first = message();
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'queued' });
    await requester.recordSent(held, first);
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
    await expect(report(first, state)).resolves.toEqual({
      outcome: 'recorded',
      purpose: 'login',
      verificationId: held.verificationId,
    });
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: state });
    await expect(report(first, state)).resolves.toEqual({ outcome: 'unchanged' });
  });

  it('ends the cooldown when the message did not arrive, once for each verification', async () => {
    const { requester, held, first } = await sent();
    await expect(requester.askAgain(held)).resolves.toMatchObject({ outcome: 'refused' });
    await report(first, 'undelivered');
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'pending', resendInMs: 0 });

    const again = await requester.resend(held);
    expect(again.failedGateway).toBe('first');
    const second = message('second');
    await requester.recordSent(again, second);
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
    await expect(report(second, 'undelivered')).resolves.toMatchObject({ outcome: 'recorded' });
    expect(rounded(await requester.status(held))).toMatchObject({
      delivery: 'undelivered',
      resendInMs: MINUTE,
    });
    await under.advance(MINUTE);
    await expect(requester.resend(held)).resolves.toMatchObject({ failedGateway: 'second' });
  });

  it('ends no cooldown of a newer send', async () => {
    const { requester, first } = await sent(Requester.of(under, { quotas: [] }));
    await under.advance(MINUTE);
    await requester.issue();
    await report(first, 'undelivered');
    await expect(requester.roundedRefusal()).resolves.toEqual({ reason: 'cooldown', waitMs: MINUTE });
  });

  it('gives nothing of the quota back', async () => {
    const { requester, held, first } = await sent(
      Requester.of(under, { quotas: [{ limit: 1, windowMs: 5 * MINUTE }] }),
    );
    await report(first, 'undelivered');
    await expect(requester.askAgain(held)).resolves.toMatchObject({ refusal: { reason: 'quota' } });
  });

  it('is final once the message arrived', async () => {
    const { requester, held, first } = await sent();
    await report(first, 'delivered');
    await expect(report(first, 'undelivered')).resolves.toEqual({ outcome: 'unchanged' });
    expect(rounded(await requester.status(held))).toMatchObject({
      delivery: 'delivered',
      resendInMs: MINUTE,
    });
  });

  it('may turn from undelivered to delivered', async () => {
    const { requester, held, first } = await sent();
    await report(first, 'undelivered');
    await expect(report(first, 'delivered')).resolves.toMatchObject({ outcome: 'recorded' });
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'delivered' });
  });

  it('ignores that a replaced message did not arrive, and believes that it did', async () => {
    const { requester, held, first } = await sent();
    await under.advance(MINUTE);
    const second = message('second');
    await requester.recordSent(await requester.resend(held), second);
    await expect(report(first, 'undelivered')).resolves.toEqual({ outcome: 'unchanged' });
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
    await expect(report(first, 'delivered')).resolves.toMatchObject({ outcome: 'recorded' });
    await expect(report(second, 'undelivered')).resolves.toEqual({ outcome: 'unchanged' });
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'delivered' });
  });

  it('is that of the newest message, whatever failed while it was being sent', async () => {
    const { requester, held, first } = await sent();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    await report(first, 'undelivered');
    await requester.recordSent(again, message('second'));
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
  });

  it.each(['delivered', 'undelivered'] as const)(
    'of %s is kept when the report comes before the message is known',
    async (state) => {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const first = message();
      await expect(report(first, state)).resolves.toEqual({ outcome: 'unknown' });
      await expect(report(first, state)).resolves.toEqual({ outcome: 'unknown' });
      await under.advance(55 * SECOND);
      await requester.recordSent(held, first);
      await expect(requester.status(held)).resolves.toMatchObject({ delivery: state });
      if (state === 'undelivered') {
        await expect(requester.status(held)).resolves.toMatchObject({ resendInMs: 0 });
      }
    },
  );

  it('is not kept for longer than a minute when nobody asks for it', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const first = message();
    await report(first, 'delivered');
    await under.advance(MINUTE);
    await requester.recordSent(held, first);
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
  });

  it('tells messages apart by gateway and name', async () => {
    const { requester, held, first } = await sent();
    await expect(report({ ...first, gateway: 'second' }, 'delivered')).resolves.toEqual({
      outcome: 'unknown',
    });
    await expect(report(message(), 'delivered')).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
  });

  it('changes nothing for a verification that is gone', async () => {
    const { requester, held, first } = await sent();
    await requester.cancel(held);
    await expect(report(first, 'undelivered')).resolves.toEqual({ outcome: 'unchanged' });
    await requester.recordSent(held, message());
    await expect(requester.status(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('is recorded once, however many reports of it come at the same time', async () => {
    const { first } = await sent();
    const { instances } = under;
    const reports = Array.from({ length: 20 }, (_, caller) =>
      (instances[caller % instances.length] ?? instances[0]).recordDelivery({
        ...first,
        state: 'undelivered',
      }),
    );
    expect(tally(await Promise.all(reports))).toEqual({ recorded: 1, unchanged: 19 });
  });
});
