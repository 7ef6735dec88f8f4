import type { Redis } from 'ioredis';
import type { Answer } from '../support/api-client';
import { refuse, accept, ScriptedGateway } from '../support/gateways';
import { freshPhone } from '../support/phones';
import { connectSharedRedis } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { passTime } from '../support/time-travel';

const MINUTE = 60_000;

describe('a resend', () => {
  const gateway = new ScriptedGateway();
  let api: TestApp;
  let redis: Redis;

  beforeAll(async () => {
    api = await startApp({ gateway });
    redis = connectSharedRedis();
  });
  beforeEach(() => {
    gateway.behaviour = accept;
  });
  afterAll(async () => {
    redis.disconnect();
    await api.close();
  });

  const resend = (phone: string, verificationId: string): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose: 'login', verificationId });

  it('brings the same code again, so that the late first message is still right (R10)', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const first = gateway.newestFor(phone);
    await passTime(redis, api.keyPrefix, MINUTE);

    const again = await resend(phone, verificationId);
    expect(again).toMatchObject({ status: 202, body: { verificationId, expiresIn: 240 } });
    expect(gateway.newestFor(phone)).not.toBe(first);
    expect(gateway.newestFor(phone).code).toBe(first.code);
    expect((await api.client.verify(phone, first.code, verificationId)).status).toBe(200);
  });

  it('waits for the cooldown like any send', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    expect(await resend(phone, verificationId)).toMatchObject({ status: 429, body: { code: 'cooldown' } });
  });

  it('takes back only itself when the gateway fails: the first message stays good', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const { code } = gateway.newestFor(phone);
    await passTime(redis, api.keyPrefix, MINUTE);
    gateway.behaviour = refuse;
    expect((await resend(phone, verificationId)).status).toBe(503);
    gateway.behaviour = accept;
    expect((await resend(phone, verificationId)).status).toBe(202);
    expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
  });

  it('starts anew when the verification has expired', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const { code } = gateway.newestFor(phone);
    await passTime(redis, api.keyPrefix, 5 * MINUTE);
    const anew = await resend(phone, verificationId);
    expect(anew.status).toBe(202);
    expect(anew.body['verificationId']).not.toBe(verificationId);
    expect((await api.client.verify(phone, code, verificationId)).status).toBe(400);
  });
});
