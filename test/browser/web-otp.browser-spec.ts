import type { Browser } from 'playwright-core';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

/** A browser that reads messages, as the one on an Android phone does: `deliver` is its message coming in. */
const READS_MESSAGES = `
  window.OTPCredential = class {};
  window.asked = [];
  navigator.credentials.get = (request) => {
    asked.push(request);
    return new Promise((resolve, reject) => {
      window.deliver = (code) => resolve({ code });
      window.decline = () => reject(new DOMException('declined', 'NotAllowedError'));
      request.signal.onabort = () => reject(request.signal.reason);
    });
  };
`;

describe('WebOTP', () => {
  let browser: Browser;
  let api: TestApp;
  let quick: TestApp;
  beforeAll(async () => {
    [browser, api, quick] = await Promise.all([
      startChromium(),
      startDemo(),
      startDemo({ SMS_COOLDOWN_SECONDS: '1' }),
    ]);
  });
  afterAll(() => Promise.all([browser.close(), api.close(), quick.close()]));

  const open = async (of: TestApp): Promise<DemoPage> => {
    const demo = await DemoPage.open(browser, of, { path: '/problems/cooldown' });
    await demo.page.addInitScript(READS_MESSAGES);
    await demo.page.goto(of.client.url);
    return demo;
  };
  const asked = ({ page }: DemoPage) =>
    page.evaluate<unknown>('asked.map(({ otp, signal }) => ({ otp, over: signal.aborted }))');
  const deliver = ({ page }: DemoPage, code: string) => page.evaluate(`deliver(${JSON.stringify(code)})`);
  const SMS = { transport: ['sms'] };

  it('fills in the code that the browser reads from the message', async () => {
    const demo = await open(api);
    expect(await asked(demo)).toEqual([]);
    const code = await demo.receive();
    expect(await asked(demo)).toEqual([{ otp: SMS, over: false }]);
    await deliver(demo, code);
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('takes a message that is faster than the answer to the request', async () => {
    const demo = await open(api);
    await demo.page.route('**/auth/sms/send', async (route) => {
      const response = await route.fetch();
      await deliver(demo, await api.client.newestCode(demo.phone));
      await route.fulfill({ response });
    });
    await demo.sendTo();
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('waits anew for a message that is sent again', async () => {
    const demo = await open(quick);
    const code = await demo.receive();
    await demo.usable('Send again').click();
    await demo.hears('Sent again.');
    expect(await asked(demo)).toEqual([
      { otp: SMS, over: true },
      { otp: SMS, over: false },
    ]);
    await deliver(demo, code);
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('is over once the code is typed, and no obstacle where the person declines', async () => {
    const demo = await open(api);
    const code = await demo.receive();
    await demo.page.evaluate('decline()');
    await demo.code.pressSequentially(code);
    await demo.heading('Your number is verified').waitFor();
    expect(await asked(demo)).toEqual([{ otp: SMS, over: true }]);
    await demo.close();
  });
});
