import { tokenOf } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { until } from '../support/redis-ask';
import { RedisServer } from '../support/redis-server';
import { ReplyCuttingProxy } from '../support/reply-cutting-proxy';
import { startApp, type TestApp } from '../support/start-app';

describe('a reply of Redis that is lost on its way, over HTTP', () => {
  let server: RedisServer;
  let proxy: ReplyCuttingProxy;
  let api: TestApp;

  beforeAll(async () => {
    server = await RedisServer.start();
    proxy = await ReplyCuttingProxy.to(server.port);
    api = await startApp({ environment: { REDIS_URL: proxy.url } });
    // From here on the server has every script.
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    await api.client.redeem(tokenOf(await api.client.verify(phone, code, verificationId)));
  });
  afterAll(async () => {
    await api.close();
    await proxy.close();
    await server.dispose();
  });

  it('makes one message of one send, one success of one right code, and one redemption of one proof', async () => {
    const { client } = api;
    const phone = freshPhone();
    // Of what a send asks, this key is named by the script alone that issues.
    proxy.cutReplyTo(':known');
    const { verificationId } = await client.send(phone);
    await expect(client.inbox(phone)).resolves.toHaveLength(1);
    // The answer does not wait for the notes about its message, which name the verification as the guesses do.
    await until('it is noted', async () => {
      return (await client.status(phone, verificationId)).body['delivery'] === 'delivered';
    });

    proxy.cutReplyTo(verificationId);
    const wrong = await client.verify(phone, '000000', verificationId);
    expect(wrong).toMatchObject({ status: 400, body: { code: 'code_invalid', attemptsRemaining: 4 } });

    proxy.cutReplyTo(verificationId);
    const verified = await client.verify(phone, await client.newestCode(phone), verificationId);
    expect(verified.status).toBe(200);

    proxy.cutReplyTo('p:login:');
    const token = tokenOf(verified);
    await expect(client.redeem(token)).resolves.toMatchObject({ status: 200 });
    await expect(client.redeem(token)).resolves.toMatchObject({ status: 401 });
    expect(proxy.met).toBe(4);
  });
});
