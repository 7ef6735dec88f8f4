import type { Redis } from 'ioredis';
import { wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { connectSharedRedis } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { passTime } from '../support/time-travel';

const MINUTE = 60_000;

describe('a stranger at work on a phone all the time', () => {
  let api: TestApp;
  let redis: Redis;

  beforeAll(async () => {
    // Quotas out of the way: what protects the holder must not be that the stranger runs out of sends.
    api = await startApp({ environment: { SMS_PHONE_QUOTA: '100/1h', SMS_COOLDOWN_SECONDS: '1' } });
    redis = connectSharedRedis();
  });
  afterAll(async () => {
    redis.disconnect();
    await api.close();
  });

  /** Guesses and sends as fast as it can, with ids of its own and ids that it invents, until told to stop. */
  function stranger(phone: string): { stop: () => Promise<number> } {
    let running = true;
    let requests = 0;
    const work = async (): Promise<void> => {
      let own = 'A'.repeat(22);
      while (running) {
        const sent = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
        if (sent.status === 202) own = String(sent.body['verificationId']);
        await api.client.verify(phone, '000000', own);
        await api.client.verify(phone, '000000', 'B'.repeat(22));
        requests += 3;
      }
    };
    const done = Promise.all([work(), work(), work(), work()]);
    return {
      stop: async () => {
        running = false;
        await done;
        return requests;
      },
    };
  }

  it('never costs the holder an attempt, and never a code (R9) [ASVS 6.1.1] [ASVS 6.3.1]', async () => {
    for (let round = 0; round < 20; round += 1) {
      const phone = freshPhone();
      const { verificationId } = await api.client.send(phone);
      const code = await api.client.newestCode(phone);
      const busy = stranger(phone);
      // The holder mistypes four times, which leaves exactly one attempt, and that one must be theirs.
      for (let remaining = 4; remaining > 0; remaining -= 1) {
        const wrong = await api.client.verify(phone, wrongCode(code), verificationId);
        expect(wrong.body).toMatchObject({ code: 'code_invalid', attemptsRemaining: remaining });
      }
      const right = await api.client.verify(phone, code, verificationId);
      expect(await busy.stop()).toBeGreaterThan(0);
      expect(right.status).toBe(200);
    }
  });

  it('is itself counted: failures span verifications and resends, and only a success clears them (R4) [NIST 3.1.3.2]', async () => {
    const phone = freshPhone();
    const failuresUntilRefused = async (): Promise<number> => {
      let failures = 0;
      for (;;) {
        const sent = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
        if (sent.status !== 202) {
          expect(sent.body['code']).toBe('attempts_exhausted');
          return failures;
        }
        const verificationId = String(sent.body['verificationId']);
        const wrong = wrongCode(await api.client.newestCode(phone));
        for (;;) {
          const answer = await api.client.verify(phone, wrong, verificationId);
          if (answer.body['code'] !== 'code_invalid') break;
          failures += 1;
          if (failures % 5 === 0) break;
        }
        await passTime(redis, api.keyPrefix, 1_000);
      }
    };
    // The first five failures end in a wait; each wait served, five more, and the next wait is no shorter.
    let total = await failuresUntilRefused();
    expect(total).toBe(5);
    let longest = 0;
    while (total < 100) {
      const refused = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
      const wait = Number(refused.body['retryAfter']);
      expect(wait).toBeGreaterThanOrEqual(longest);
      longest = wait;
      await passTime(redis, api.keyPrefix, wait * 1_000);
      total += await failuresUntilRefused();
    }
    // One hundred, never more (NIST SP 800-63B-4 §3.2.2): locked for a day.
    expect(total).toBe(100);
    const locked = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
    expect(locked.body).toMatchObject({ code: 'attempts_exhausted' });
    expect(Number(locked.body['retryAfter'])).toBeGreaterThan(24 * 60 * 60 - 60);
    await passTime(redis, api.keyPrefix, 24 * 60 * MINUTE);

    // The lock served, a success clears the count.
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    expect((await api.client.verify(phone, wrongCode(code), verificationId)).status).toBe(400);
    expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
    expect(await failuresUntilRefused()).toBe(5);
  });
});
