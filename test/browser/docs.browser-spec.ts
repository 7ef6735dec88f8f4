import { startApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage } from './demo-page';

describe('the page of the API', () => {
  it('describes every part, under a policy that lets no script run but files of the service', async () => {
    const [browser, api] = await Promise.all([
      startChromium(),
      startApp({ store: 'in-process', environment: { SMS_PRODUCT_NAME: 'Example' } }),
    ]);
    const asked: string[] = [];
    const demo = await DemoPage.open(browser, api, { path: '/docs' });
    demo.page.on('request', (request) => asked.push(request.url()));
    const send = demo.page.locator('.opblock', { hasText: '/auth/sms/send' });
    await send.locator('button').first().click();
    await send.getByText('CooldownProblem').or(send.getByText('A code was just sent')).first().waitFor();
    const { headers } = await fetch(`${api.client.url}/docs`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(asked.filter((url) => !url.startsWith(api.client.url))).toEqual([]);
    // Throws what the browser complained of: what the policy forbids, among others.
    await demo.close();
    await Promise.all([browser.close(), api.close()]);
  });
});
