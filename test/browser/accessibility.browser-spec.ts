import type { Browser } from 'playwright-core';
import { wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

const PHONE = { viewport: { width: 360, height: 740 } };
const DESKTOP = { viewport: { width: 1_280, height: 800 } };

describe('accessibility', () => {
  let browser: Browser;
  let api: TestApp;
  beforeAll(async () => {
    [browser, api] = await Promise.all([startChromium(), startDemo()]);
  });
  afterAll(() => Promise.all([browser.close(), api.close()]));

  it.each([
    ['light', 'phone', PHONE],
    ['light', 'desktop', DESKTOP],
    ['dark', 'phone', PHONE],
    ['dark', 'desktop', DESKTOP],
  ] as const)('leaves axe nothing serious to find in %s at %s width', async (colorScheme, _width, size) => {
    const demo = await DemoPage.open(browser, api, { colorScheme, ...size });
    const findings: Record<string, string[]> = {};
    const look = async (state: string): Promise<void> => {
      const found = await demo.seriousFindings();
      if (await demo.page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')) {
        found.push('wider than the window');
      }
      if (found.length > 0) findings[state] = found;
    };

    await look('number');
    await demo.sendTo('12345');
    await demo.page.getByText('This is not a valid phone number.').waitFor();
    await look('number refused');
    const code = await demo.receive();
    await look('code');
    await demo.code.fill(wrongCode(code));
    await demo.hears('4 attempts left');
    await look('wrong code');
    await demo.code.fill(code);
    await demo.hears('The code was right.');
    await look('proof');
    await demo.button('Call the protected route').click();
    await demo.button('Call it a second time').click();
    await demo.hears('Refused, as it should be.');
    await look('proof spent');

    await demo.button('Verify another number').click();
    await demo.carrier('Refuses it');
    await demo.sendTo(freshPhone());
    await demo.hears('The message could not be sent.');
    await look('gateway failure');
    await demo.carrier('Fails to deliver');
    await demo.usable('Send the code').click();
    await demo.hears('The message did not arrive.');
    await look('undelivered');
    await demo.carrier('Delivers it');
    await demo.usable('Send again').click();
    await demo.hears('Sent again.');
    await demo.exhaust(await demo.codeShown());
    await look('locked');
    await demo.button('Use another number').click();
    await demo.sendTo(freshPhone());
    await demo.page.getByText('Delivered', { exact: true }).waitFor();
    await demo.page.clock.setSystemTime(Date.now() + 300_000);
    await demo.heading('This code is no longer good').waitFor();
    await look('expired');
    await demo.page.goto(`${api.client.url}/dev/inbox`);
    await demo.page.getByText('Live', { exact: true }).waitFor();
    await look('inbox');

    expect(findings).toEqual({});
    await demo.close();
  });
});
