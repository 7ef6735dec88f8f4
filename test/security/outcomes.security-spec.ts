import { tokenOf, wrongCode, type Answer } from '../support/api-client';
import { accept, refuse, ScriptedGateway } from '../support/gateways';
import { freshPhone } from '../support/phones';
import { CapturedLogger } from './captured-logger';
import { startTimedApp, STORES, type TimedApp } from './timed-app';

describe.each(STORES)('what is logged of each outcome, with the %s store', (store) => {
  const gateway = new ScriptedGateway();
  const logger = new CapturedLogger();
  let api: TimedApp;
  let phone: string;
  let masked: string;

  beforeEach(async () => {
    gateway.behaviour = accept;
    const environment = { SMS_IP_SEND_LIMIT: '6/10m', SMS_IP_VERIFY_LIMIT: '8/10m' };
    api = await startTimedApp({ store, gateway, environment });
    api.app.useLogger(logger);
    phone = freshPhone();
    masked = `+1••••••${phone.slice(-4)}`;
  });
  afterEach(() => api.close());

  const send = (): Promise<Answer> => api.client.post('/auth/sms/send', { phone, purpose: 'login' });
  const sendFirst = async (): Promise<{ code: string; verificationId: string }> => {
    await send();
    return gateway.newestFor(phone);
  };

  /** What the action alone brings into the log. */
  async function outcomesOf(action: () => Promise<unknown>): Promise<unknown[]> {
    logger.lines.length = 0;
    await action();
    return logger.outcomes;
  }

  it('[ASVS 16.3.1] a message sent is one line', async () => {
    const [line, ...more] = await outcomesOf(send);
    expect(line).toMatchObject({ event: 'sent', phone: masked, purpose: 'login' });
    expect(more).toEqual([]);
  });

  it('[ASVS 16.3.1] a message that no gateway took is one line, with the reason', async () => {
    gateway.behaviour = refuse;
    expect(await outcomesOf(send)).toEqual([
      {
        event: 'send_failed',
        phone: masked,
        purpose: 'login',
        reason: expect.stringContaining('refused by the carrier') as string,
      },
    ]);
  });

  it('[ASVS 16.3.3] a send refused by a limit of the phone is one line, with the limit', async () => {
    await send();
    const [line, ...more] = await outcomesOf(send);
    expect(line).toMatchObject({ event: 'blocked', phone: masked, purpose: 'login', reason: 'cooldown' });
    expect(more).toEqual([]);
  });

  it('[ASVS 16.3.1] a success is one line, with the failures that preceded it', async () => {
    const { code, verificationId } = await sendFirst();
    const verify = (): Promise<Answer> => api.client.verify(phone, code, verificationId);
    for (let time = 0; time < 3; time += 1) await api.client.verify(phone, wrongCode(code), verificationId);
    expect(await outcomesOf(verify)).toEqual([
      { event: 'verified', phone: masked, purpose: 'login', failuresBefore: 3 },
    ]);
  });

  it('[ASVS 6.3.5] a success after many failures says how many, so that the person can be told', async () => {
    // Two verifications that fail three times each and expire: ten minutes also reopen every limit.
    for (let round = 0; round < 2; round += 1) {
      const { code, verificationId } = await sendFirst();
      for (let time = 0; time < 3; time += 1) await api.client.verify(phone, wrongCode(code), verificationId);
      await api.pass(600);
    }
    const { code, verificationId } = await sendFirst();
    const [line] = await outcomesOf(() => api.client.verify(phone, code, verificationId));
    expect(line).toMatchObject({ event: 'verified', failuresBefore: 6 });
  });

  it('[ASVS 16.3.1] a wrong guess is one line, with the count of failures', async () => {
    const { code, verificationId } = await sendFirst();
    const guess = (): Promise<Answer> => api.client.verify(phone, wrongCode(code), verificationId);
    const about = { event: 'failed', phone: masked, purpose: 'login', reason: 'wrong' };
    expect(await outcomesOf(guess)).toEqual([{ ...about, failures: 1 }]);
    expect(await outcomesOf(guess)).toEqual([{ ...about, failures: 2 }]);
  });

  it('[ASVS 16.3.3] the guess that takes the last attempt is followed by one more line: the lock', async () => {
    const { code, verificationId } = await sendFirst();
    const guess = (): Promise<Answer> => api.client.verify(phone, wrongCode(code), verificationId);
    for (let time = 0; time < 4; time += 1) await guess();
    expect(await outcomesOf(guess)).toEqual([
      { event: 'failed', phone: masked, purpose: 'login', reason: 'wrong', failures: 5 },
      { event: 'locked', phone: masked, purpose: 'login', failures: 5 },
    ]);
    expect(await outcomesOf(guess)).toEqual([
      { event: 'failed', phone: masked, purpose: 'login', reason: 'exhausted' },
    ]);
  });

  it('[ASVS 16.3.3] a guess with an id of nobody is one line', async () => {
    const guess = (): Promise<Answer> => api.client.verify(phone, '123456', 'A'.repeat(22));
    expect(await outcomesOf(guess)).toEqual([
      { event: 'failed', phone: masked, purpose: 'login', reason: 'unknown' },
    ]);
  });

  it('[ASVS 16.3.1, ASVS 16.3.3] a proof is one line when it is spent, and one when it is refused', async () => {
    const { code, verificationId } = await sendFirst();
    const token = tokenOf(await api.client.verify(phone, code, verificationId));
    const redeem = (): Promise<Answer> => api.client.redeem(token);
    expect(await outcomesOf(redeem)).toEqual([{ event: 'redeemed', phone: masked, purpose: 'login' }]);
    expect(await outcomesOf(redeem)).toEqual([{ event: 'proof_refused', purpose: 'login' }]);
    expect(await outcomesOf(() => api.client.redeem('forged'))).toEqual([
      { event: 'proof_refused', purpose: 'login' },
    ]);
  });

  it('[ASVS 16.3.3] a request over the limit of its address is one line, with the limit and the network', async () => {
    for (let time = 0; time < 6; time += 1) await send();
    const line = { event: 'rate_limited', network: '127.0.0.1' };
    expect(await outcomesOf(send)).toEqual([{ ...line, limit: 'send' }]);
    const guess = (): Promise<Answer> => api.client.verify(phone, '123456', 'A'.repeat(22));
    for (let time = 0; time < 8; time += 1) await guess();
    expect(await outcomesOf(guess)).toEqual([{ ...line, limit: 'verify' }]);
  });
});
