import { randomUUID } from 'node:crypto';
import { HOUR, MINUTE, Requester, SECOND, rounded, tally, together, wrong, type Held } from './requester';
import { describeEachStorage } from './storage-under-test';

const freshKey = (): string => randomUUID().replaceAll('-', '');

/** A gateway's name for a message. */
const message = () => ({ gateway: 'first', messageId: randomUUID() });

describeEachStorage('a repeated send (R11)', (under) => {
  const POLICY = { sendLeaseMs: 10 * SECOND, idempotencyMs: 10 * MINUTE, quotas: [] };

  it('is told to wait while the first is under way, and then what that one got', async () => {
    const requester = Requester.of(under, POLICY);
    const idempotencyKey = freshKey();
    const held = await requester.issue({ idempotencyKey });
    expect(rounded((await requester.ask({ idempotencyKey })).outcome)).toEqual({
      outcome: 'running',
      waitMs: 10 * SECOND,
    });
    await requester.recordSent(held, message(), idempotencyKey);
    const { outcome } = await requester.ask({ idempotencyKey });
    expect(rounded(outcome)).toMatchObject({
      outcome: 'repeated',
      verificationId: held.verificationId,
      expiresInMs: 5 * MINUTE,
      resendInMs: MINUTE,
    });
    await under.advance(MINUTE);
    const later = (await requester.ask({ idempotencyKey })).outcome;
    expect(rounded(later)).toMatchObject({
      verificationId: held.verificationId,
      expiresInMs: 4 * MINUTE,
      resendInMs: 0,
    });
    if (later.outcome === 'repeated') expect(later.expiresAt + under.shiftMs).toBe(held.expiresAt);
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('is answered once the lease of the first is over, whether or not that one was heard of again', async () => {
    const requester = Requester.of(under, POLICY);
    const idempotencyKey = freshKey();
    const { verificationId } = await requester.issue({ idempotencyKey });
    await under.advance(5 * SECOND);
    await expect(requester.ask({ idempotencyKey })).resolves.toMatchObject({
      outcome: { outcome: 'running' },
    });
    await under.advance(5 * SECOND);
    await expect(requester.ask({ idempotencyKey })).resolves.toMatchObject({
      outcome: { outcome: 'repeated', verificationId },
    });
  });

  it('sends when the first failed and was taken back', async () => {
    const requester = Requester.of(under, POLICY);
    const idempotencyKey = freshKey();
    const held = await requester.issue({ idempotencyKey });
    await requester.cancel(held, 'first', idempotencyKey);
    const next = await requester.issue({ idempotencyKey });
    expect(next.verificationId).not.toBe(held.verificationId);
  });

  it('of a send that was taken back late does not send for a later request with the same key', async () => {
    const requester = Requester.of(under, { ...POLICY, idempotencyMs: 2 * MINUTE });
    const idempotencyKey = freshKey();
    const earlier = await requester.issue({ idempotencyKey });
    await under.advance(2 * MINUTE);
    const { verificationId } = await requester.issue({ idempotencyKey });
    await expect(requester.cancel(earlier, 'first', idempotencyKey)).resolves.toBe(true);
    await under.advance(MINUTE);
    await expect(requester.ask({ idempotencyKey })).resolves.toMatchObject({
      outcome: { outcome: 'repeated', verificationId },
    });
  });

  it('is one message and the same verification when the first died before it could tell of it', async () => {
    const requester = Requester.of(under, { ...POLICY, quotas: [{ limit: 1, windowMs: HOUR }] });
    const idempotencyKey = freshKey();
    const held = await requester.issue({ idempotencyKey });
    await under.advance(10 * SECOND);
    const answers = await together(under, requester, 20, (seat) => seat.ask({ idempotencyKey }));
    expect(tally(answers.map(({ outcome }) => outcome))).toEqual({ repeated: 20 });
    for (const { outcome } of answers) {
      expect(outcome).toMatchObject({ verificationId: held.verificationId });
    }
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('sends when the first was refused', async () => {
    const requester = Requester.of(under, POLICY);
    await requester.issue();
    const idempotencyKey = freshKey();
    await expect(requester.ask({ idempotencyKey })).resolves.toMatchObject({
      outcome: { outcome: 'refused' },
    });
    await under.advance(MINUTE);
    await requester.issue({ idempotencyKey });
  });

  it('is forgotten after idempotencyMs', async () => {
    const requester = Requester.of(under, { ...POLICY, idempotencyMs: 2 * MINUTE });
    const idempotencyKey = freshKey();
    const { verificationId } = await requester.issue({ idempotencyKey });
    await under.advance(2 * MINUTE - 5 * SECOND);
    await expect(requester.ask({ idempotencyKey })).resolves.toMatchObject({
      outcome: { outcome: 'repeated', verificationId },
    });
    await under.advance(5 * SECOND);
    await requester.issue({ idempotencyKey });
  });

  it('is remembered beyond the verification', async () => {
    const requester = Requester.of(under, { ...POLICY, idempotencyMs: HOUR, rememberMs: 5 * SECOND });
    const idempotencyKey = freshKey();
    const { verificationId } = await requester.issue({ idempotencyKey });
    await under.advance(30 * MINUTE);
    const { outcome } = await requester.ask({ idempotencyKey });
    expect(outcome).toMatchObject({ outcome: 'repeated', verificationId, resendInMs: 0 });
    if (outcome.outcome === 'repeated') expect(outcome.expiresInMs).toBeLessThan(-24 * MINUTE);
  });

  it('of a resend is answered with the verification that was sent again', async () => {
    const requester = Requester.of(under, POLICY);
    const held = await requester.issue();
    await under.advance(MINUTE);
    const idempotencyKey = freshKey();
    const again = await requester.resend(held, { idempotencyKey });
    await expect(requester.askAgain(held, { idempotencyKey })).resolves.toMatchObject({ outcome: 'running' });
    await requester.recordSent(again, message(), idempotencyKey);
    await expect(requester.askAgain(held, { idempotencyKey })).resolves.toMatchObject({
      outcome: 'repeated',
      verificationId: held.verificationId,
    });
    await under.advance(MINUTE);
    const failing = freshKey();
    await requester.cancel(await requester.resend(held, { idempotencyKey: failing }), 'resend', failing);
    await requester.resend(held, { idempotencyKey: failing });
  });

  it('at the same time as the first is one send [ASVS 2.3.4]', async () => {
    const requester = Requester.of(under, POLICY);
    const idempotencyKey = freshKey();
    const answers = await together(under, requester, 20, (seat) => seat.ask({ idempotencyKey }));
    expect(tally(answers.map(({ outcome }) => outcome))).toEqual({ issued: 1, running: 19 });
  });
});

describeEachStorage('a repeated verify (R11)', (under) => {
  const enter = (
    requester: Requester,
    held: Pick<Held, 'verificationId' | 'code'>,
    key: string,
    proof = requester.draw(),
  ) => requester.verify(held, proof, key);

  it('of a right code is verified again, at the same time and with what is left of the proof', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await requester.fail(held);
    const [key, proof] = [freshKey(), requester.draw()];
    const first = await enter(requester, held, key, proof);
    expect(first).toMatchObject({
      outcome: 'verified',
      failuresBefore: 1,
      proofExpiresInMs: 10 * MINUTE,
      repeated: false,
    });
    const { verifiedAt } = first.outcome === 'verified' ? first : { verifiedAt: 0 };
    await expect(enter(requester, held, key, proof)).resolves.toMatchObject({
      outcome: 'verified',
      verifiedAt,
      failuresBefore: 1,
      repeated: true,
      // Whoever counts successes counts this one once.
      assessedAt: 0,
    });
    await under.advance(4 * MINUTE);
    expect(rounded(await enter(requester, held, key, proof))).toMatchObject({
      outcome: 'verified',
      failuresBefore: 1,
      proofExpiresInMs: 6 * MINUTE,
      repeated: true,
    });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
    // The repeat makes no second proof, and tells nobody of one that is spent.
    await expect(enter(requester, held, key, proof)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('whose proof is spent is no guess at a newer code', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const [key, proof] = [freshKey(), requester.draw()];
    await requester.verify({ code: held.code }, proof, key);
    await requester.redeem(proof);
    const newer = await requester.issue();
    await expect(requester.verify({ code: held.code }, proof, key)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.status(newer)).resolves.toMatchObject({ attemptsRemaining: 5 });
  });

  it('that would get another proof than the first gets none', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const [key, proof] = [freshKey(), requester.draw()];
    await enter(requester, held, key, proof);
    await expect(enter(requester, held, key)).resolves.toEqual({ outcome: 'unknown' });
    await expect(enter(requester, held, key, proof)).resolves.toMatchObject({ repeated: true });
  });

  it('of a wrong code counts no second failure', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const guess = { ...held, code: held.code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)) };
    const key = freshKey();
    const told = { outcome: 'wrong', attemptsRemaining: 4, failures: 1 };
    await expect(enter(requester, guess, key)).resolves.toEqual({ ...told, repeated: false });
    for (let repeat = 0; repeat < 10; repeat += 1) {
      await expect(enter(requester, guess, key)).resolves.toEqual({ ...told, repeated: true });
    }
    await expect(requester.status(held)).resolves.toMatchObject({ attemptsRemaining: 4 });
    await expect(enter(requester, guess, freshKey())).resolves.toMatchObject({
      failures: 2,
      repeated: false,
    });
  });

  it.each([
    ['idempotencyMs', { idempotencyMs: MINUTE }],
    ['the lifetime of the proof', { proofLifetimeMs: MINUTE }],
  ])('is forgotten after %s', async (_, differing) => {
    const requester = Requester.of(under, differing);
    const held = await requester.issue();
    const [key, proof] = [freshKey(), requester.draw()];
    await enter(requester, held, key, proof);
    await under.advance(MINUTE - 5 * SECOND);
    await expect(enter(requester, held, key, proof)).resolves.toMatchObject({ repeated: true });
    await under.advance(5 * SECOND);
    await expect(enter(requester, held, key, proof)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('of what was not evaluated is not remembered', async () => {
    const requester = Requester.of(under, { maxAttempts: 1 });
    const held = await requester.issue();
    await requester.fail(held);
    const key = freshKey();
    await expect(enter(requester, held, key)).resolves.toMatchObject({ outcome: 'exhausted' });
    await under.advance(5 * MINUTE);
    const next = await requester.issue();
    await expect(enter(requester, next, key)).resolves.toMatchObject({
      outcome: 'verified',
      repeated: false,
    });
  });

  it('at the same time as the first spends the code once and is verified all the same', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const [key, proof] = [freshKey(), requester.draw()];
    const outcomes = await together(under, requester, 20, (seat) => enter(seat, held, key, proof));
    expect(tally(outcomes)).toEqual({ verified: 20 });
    expect(outcomes.filter((outcome) => 'repeated' in outcome && !outcome.repeated)).toHaveLength(1);
    await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
  });
});

describeEachStorage('claimIdempotencyKey (R11)', (under) => {
  it('binds a key to the first request that brings it, until the time is over', async () => {
    const [storage] = under.instances;
    const key = freshKey();
    await expect(storage.claimIdempotencyKey(key, 'one', MINUTE)).resolves.toBe(true);
    await under.advance(MINUTE - 5 * SECOND);
    await expect(storage.claimIdempotencyKey(key, 'other', MINUTE)).resolves.toBe(false);
    await expect(storage.claimIdempotencyKey(freshKey(), 'other', MINUTE)).resolves.toBe(true);
    await under.advance(5 * SECOND);
    await expect(storage.claimIdempotencyKey(key, 'other', MINUTE)).resolves.toBe(true);
    await expect(storage.claimIdempotencyKey(key, 'one', MINUTE)).resolves.toBe(false);
  });

  it('binds a key for as long as what was answered under it is remembered, from the latest time it came', async () => {
    const [storage] = under.instances;
    const key = freshKey();
    await storage.claimIdempotencyKey(key, 'one', MINUTE);
    await under.advance(MINUTE - 5 * SECOND);
    await expect(storage.claimIdempotencyKey(key, 'one', MINUTE)).resolves.toBe(true);
    await under.advance(MINUTE - 5 * SECOND);
    await expect(storage.claimIdempotencyKey(key, 'other', MINUTE)).resolves.toBe(false);
    // A refusal binds for no longer.
    await under.advance(5 * SECOND);
    await expect(storage.claimIdempotencyKey(key, 'other', MINUTE)).resolves.toBe(true);
  });

  it('binds to one of many requests that come at the same time', async () => {
    const { instances } = under;
    const key = freshKey();
    const claims = Array.from({ length: 20 }, (_, caller) =>
      (instances[caller % instances.length] ?? instances[0]).claimIdempotencyKey(key, String(caller), MINUTE),
    );
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
  });
});

describeEachStorage('a request that may only be a repeat (R11, R21)', (under) => {
  const POLICY = { sendLeaseMs: 10 * SECOND, idempotencyMs: 10 * MINUTE, quotas: [] };
  const onlyRepeat = true;

  it('of send is answered as one, and reserves nothing when it is none', async () => {
    const requester = Requester.of(under, POLICY);
    const idempotencyKey = freshKey();
    await expect(requester.ask({ idempotencyKey, onlyRepeat })).resolves.toMatchObject({
      outcome: { outcome: 'new' },
    });
    const held = await requester.issue({ idempotencyKey });
    await expect(requester.askAgain(held, { idempotencyKey: freshKey(), onlyRepeat })).resolves.toEqual({
      outcome: 'new',
    });
    await expect(requester.ask({ idempotencyKey, onlyRepeat })).resolves.toMatchObject({
      outcome: { outcome: 'running' },
    });
    await requester.recordSent(held, message(), idempotencyKey);
    await expect(requester.ask({ idempotencyKey, onlyRepeat })).resolves.toMatchObject({
      outcome: { outcome: 'repeated', verificationId: held.verificationId },
    });
  });

  it('of verify is answered as one, and counts nothing when it is none', async () => {
    const requester = Requester.of(under, POLICY);
    const [held, idempotencyKey, proof] = [await requester.issue(), freshKey(), requester.draw()];
    const wrongly = { ...held, code: wrong(held.code) };
    const ask = (guess: Held): Promise<unknown> =>
      requester.verify({ ...guess, onlyRepeat }, proof, idempotencyKey);
    await expect(ask(wrongly)).resolves.toEqual({ outcome: 'new' });
    await expect(ask(held)).resolves.toEqual({ outcome: 'new' });
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    await requester.verify(wrongly, proof, idempotencyKey);
    await expect(ask(wrongly)).resolves.toMatchObject({ outcome: 'wrong', repeated: true });
  });

  it('is answered though the token it rests on has ended since', async () => {
    const requester = Requester.of(under, POLICY);
    const [idempotencyKey, other, proof] = [freshKey(), freshKey(), requester.draw()];
    const held = await requester.issue({ idempotencyKey });
    await requester.recordSent(held, message(), idempotencyKey);
    await requester.verify(held, proof, other);
    await under.advance(MINUTE);
    const ended = held.sentAt + MINUTE - under.shiftMs;
    await expect(requester.ask({ idempotencyKey, notAfter: ended })).resolves.toMatchObject({
      outcome: { outcome: 'repeated', verificationId: held.verificationId },
    });
    const again = { ...held, notAfter: ended };
    await expect(requester.verify(again, proof, other)).resolves.toMatchObject({
      outcome: 'verified',
      repeated: true,
    });
  });
});
