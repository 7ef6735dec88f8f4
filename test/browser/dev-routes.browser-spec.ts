import { startApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

const PRODUCTION = {
  NODE_ENV: 'production',
  SMS_GATEWAYS: 'inbox',
  SMS_PRODUCT_NAME: 'Example',
  SMS_CODE_SECRET: 'a code secret of this test, thirty-two bytes',
  SMS_PHONE_KEY: 'a phone key of this test, also thirty-two bytes',
};

describe('the routes of the page', () => {
  it('are not there in production', async () => {
    const api = await startApp({ store: 'in-process', environment: PRODUCTION });
    const paths = ['/', '/dev/inbox', '/dev/inbox/messages', '/dev/inbox/events', '/dev/page/main.js'];
    for (const path of paths) expect((await fetch(api.client.url + path)).status).toBe(404);
    expect((await api.client.post('/dev/protected', {})).status).toBe(404);
    expect((await api.client.post('/dev/inbox/behaviour', { behaviour: 'refuse' })).status).toBe(404);
    await api.close();
  });

  it('serve the files with their types, uncached, and let nothing run that is not a file of theirs', async () => {
    const api = await startDemo();
    const types = {
      '/': 'text/html',
      '/dev/page/main.js': 'text/javascript',
      '/dev/page/base.css': 'text/css',
    };
    for (const [path, type] of Object.entries(types)) {
      const { headers } = await fetch(api.client.url + path);
      expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|upgrade-insecure/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    for (const path of ['/dev/page/nothing.js', '/dev/page/..%2Fdev.module.js', '/dev/page/']) {
      expect((await fetch(api.client.url + path)).status).toBe(404);
    }
    await api.close();
  });

  it('refuse a behaviour that there is not', async () => {
    const api = await startDemo();
    const refused = await api.client.post('/dev/inbox/behaviour', { behaviour: 'explode' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await api.client.get('/dev/inbox/behaviour')).body).toEqual({ behaviour: 'deliver' });
    await api.close();
  });

  it('let the application end while a browser follows the inbox', async () => {
    const [browser, api] = await Promise.all([startChromium(), startDemo()]);
    const demo = await DemoPage.open(browser, api, { path: '/dev/inbox' });
    await demo.page.getByText('Live', { exact: true }).waitFor();
    await api.close();
    await demo.page.getByText('Connecting', { exact: true }).waitFor();
    // Not `demo.close`, which would complain: the page asks again, and whoever has the port by now may answer.
    await browser.close();
  });
});
