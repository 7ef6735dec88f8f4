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

  it.each(['queued', 'sent', 'delivered', 'undelivered'] as const)(
    'is %s again after a resend that was taken back',
    async (state) => {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const first = message();
      if (state !== 'queued') await requester.recordSent(held, first);
      if (state === 'delivered' || state === 'undelivered') await report(first, state);
      const before = await requester.status(held);
      await under.advance(MINUTE);
      for (let failed = 0; failed < 3; failed += 1) {
        const again = await requester.resend(held);
        // The gateway that failed the first message is avoided each time.
        expect(again.failedGateway).toBe(state === 'undelivered' ? 'first' : '');
        await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'queued' });
        await requester.cancel(again, 'resend');
        await expect(requester.status(held)).resolves.toMatchObject({ delivery: state, resendInMs: 0 });
      }
      expect(before).toMatchObject({ delivery: state });
      const second = message('second');
      await requester.recordSent(await requester.resend(held), second);
      await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
    },
  );

  it.each(['delivered', 'undelivered'] as const)(
    'is %s after a resend that was taken back, when that was reported while it was under way',
    async (state) => {
      const { requester, held, first } = await sent();
      await under.advance(MINUTE);
      const again = await requester.resend(held);
      await expect(report(first, state)).resolves.toMatchObject({ outcome: 'recorded' });
      await expect(requester.status(held)).resolves.toMatchObject({
        delivery: state === 'delivered' ? 'delivered' : 'queued',
      });
      await requester.cancel(again, 'resend');
      await expect(requester.status(held)).resolves.toMatchObject({ delivery: state });
    },
  );

  it('stays delivered when that was reported while a resend was under way', async () => {
    const { requester, held, first } = await sent();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    await report(first, 'delivered');
    await requester.recordSent(again, message('second'));
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'delivered' });
  });

  it('avoids the gateway that failed after a resend of which nothing more was heard', async () => {
    const { requester, held, first } = await sent();
    await report(first, 'undelivered');
    await requester.resend(held);
    await under.advance(MINUTE);
    await expect(requester.resend(held)).resolves.toMatchObject({ failedGateway: 'first' });
  });

  it('ends no second cooldown because a resend was taken back', async () => {
    const { requester, held, first } = await sent();
    await report(first, 'undelivered');
    await requester.cancel(await requester.resend(held), 'resend');
    await report(first, 'undelivered');
    const second = message('second');
    await requester.recordSent(await requester.resend(held), second);
    await report(second, 'undelivered');
    expect(rounded(await requester.status(held))).toMatchObject({ resendInMs: MINUTE });
  });

  it('still ends a cooldown when a failure before had none to end', async () => {
    const { requester, held, first } = await sent();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    await report(first, 'undelivered');
    await requester.cancel(again, 'resend');
    const second = message('second');
    await requester.recordSent(await requester.resend(held), second);
    await report(second, 'undelivered');
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'undelivered', resendInMs: 0 });
    // Once.
    const third = message('third');
    await requester.recordSent(await requester.resend(held), third);
    await report(third, 'undelivered');
    expect(rounded(await requester.status(held))).toMatchObject({ resendInMs: 2 * MINUTE });
  });

  it('is that of the newest message when the older one is noted later', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    const [first, second] = [message('first'), message('second')];
    await requester.recordSent(again, second);
    await report(second, 'undelivered');
    await requester.recordSent(held, first);
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'undelivered' });
    await expect(requester.resend(held)).resolves.toMatchObject({ failedGateway: 'second' });
    // Its failure is no news; its arrival is.
    await expect(report(first, 'undelivered')).resolves.toEqual({ outcome: 'unchanged' });
    await expect(report(first, 'delivered')).resolves.toMatchObject({ outcome: 'recorded' });
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'delivered' });
  });

  it('of an older send that is noted while a newer one is under way is not news', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.advance(MINUTE);
    const again = await requester.resend(held);
    await requester.recordSent(held, message());
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'queued' });
    await requester.cancel(again, 'resend');
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'sent' });
  });

  it('settles the request of an older send that is noted later', async () => {
    const requester = Requester.of(under);
    const idempotencyKey = randomUUID();
    const held = await requester.issue({ idempotencyKey });
    await under.advance(MINUTE);
    await requester.recordSent(await requester.resend(held), message());
    await requester.recordSent(held, message(), idempotencyKey);
    await expect(requester.ask({ idempotencyKey })).resolves.toMatchObject({
      outcome: { outcome: 'repeated', verificationId: held.verificationId },
    });
  });

  it('of delivered is kept when it comes after an undelivered, and both before the message is known', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const first = message();
    for (const state of ['undelivered', 'delivered', 'undelivered'] as const) {
      await expect(report(first, state)).resolves.toEqual({ outcome: 'unknown' });
    }
    await requester.recordSent(held, first);
    await expect(requester.status(held)).resolves.toMatchObject({ delivery: 'delivered' });
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
