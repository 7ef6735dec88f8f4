import { connectSharedRedis } from '../support/shared-redis';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';
import { tokenOf } from '../support/api-client';
import { passTime } from '../support/time-travel';

describe.each(['redis', 'in-process'] as const)('the main job with the %s store', (store) => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startApp({ store });
  });
  afterAll(() => api.close());

  it('sends, verifies and redeems', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const verified = await api.client.verify(phone, await api.client.newestCode(phone), verificationId);
    const redeemed = await api.client.redeem(tokenOf(verified));
    expect(redeemed).toMatchObject({ status: 200, body: { phone, purpose: 'login' } });
  });
});

it('moves time', async () => {
  const api = await startApp();
  const redis = connectSharedRedis();
  const phone = freshPhone();
  await api.client.send(phone);
  expect((await api.client.post('/auth/sms/send', { phone, purpose: 'login' })).status).toBe(429);
  await passTime(redis, api.keyPrefix, 60_000);
  expect((await api.client.post('/auth/sms/send', { phone, purpose: 'login' })).status).toBe(202);
  redis.disconnect();
  await api.close();
});
