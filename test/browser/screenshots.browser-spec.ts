import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { wrongCode } from '../support/api-client';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

const FOLDER = join(__dirname, '../../docs/images');

const DESKTOP = { viewport: { width: 1_200, height: 800 } };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
};

/** Fictional numbers (the 555-01 range): these pictures are shown to people. */
let next = 100;
const fictionalPhone = (): string => `+1415555${String(next++).padStart(4, '0')}`;

// Writes the pictures of the documentation: SCREENSHOTS=1 npm run test:browser -- screenshots
const whenAsked = process.env['SCREENSHOTS'] === '1' ? describe : describe.skip;

whenAsked('the picture', () => {
  let browser: Browser;
  let api: TestApp;
  beforeAll(async () => {
    [browser, api] = await Promise.all([startChromium(), startDemo()]);
  });
  afterAll(() => Promise.all([browser.close(), api.close()]));

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([
      ['desktop', DESKTOP],
      ['phone', PHONE],
    ])('of each state at %s width', async (width, size) => {
      const demo = await DemoPage.open(browser, api, { ...size, colorScheme });
      const take = (name: string) =>
        demo.page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}-${width}.png`) });
      const phone = fictionalPhone();
      await demo.sendTo(phone);
      const code = await demo.codeShown();
      await demo.page.getByText('Delivered', { exact: true }).waitFor();
      await demo.code.pressSequentially(code.slice(0, 3));
      await take('page');
      await demo.code.fill(wrongCode(code));
      await demo.page.getByText('That is not the code.').waitFor();
      await take('wrong-code');
      await demo.code.fill(code);
      await demo.button('Call the protected route').click();
      await demo.button('Call it a second time').click();
      await demo.page.getByText('Refused, as it should be.').waitFor();
      if (width === 'desktop') await take('proof');

      await demo.button('Verify another number').click();
      await demo.sendTo(fictionalPhone());
      const locked = await demo.codeShown();
      await demo.exhaust(locked);
      await demo.button(/Get a new code in/).waitFor();
      await take('lock');

      await demo.page.goto(`${api.client.url}/dev/inbox`);
      await demo.page.getByText('Live', { exact: true }).waitFor();
      if (width === 'desktop') await take('inbox');
      await demo.close();
    });
  });
});
