import type { Browser } from 'playwright-core';
import { freshPhone } from '../support/phones';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

describe('the page while numbers of its country are pumped', () => {
  let browser: Browser;
  let api: TestApp;
  beforeAll(async () => {
    [browser, api] = await Promise.all([startChromium(), startDemo({ SMS_ABUSE_WARM_UP_DAYS: '0' })]);
  });
  afterAll(() => Promise.all([browser.close(), api.close()]));

  it('solves the challenge by itself, and the person gets the code as ever', async () => {
    const send = () => api.client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' });
    while ((await send()).status === 202);
    expect(await send()).toMatchObject({ status: 403, body: { code: 'challenge_required' } });

    const demo = await DemoPage.open(browser, api);
    await demo.sendTo(demo.phone);
    await demo.code.fill(await demo.codeShown());
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });
});
