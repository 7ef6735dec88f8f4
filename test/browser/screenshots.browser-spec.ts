import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { wrongCode } from '../support/api-client';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

// Not a test: takes the pictures of the documentation, when asked for them (see jest.browser.config.js).

const FOLDER = join(__dirname, '../../docs/images');

const DESKTOP = { viewport: { width: 1_200, height: 880 } };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
};

/** What is kept: every state once, and the ones that tell most in every light and at every width. */
const EVERYWHERE = ['page', 'wrong-code', 'lock'];
const ON_DESKTOP = [...EVERYWHERE, 'proof', 'inbox'];
const KEPT: Readonly<Record<string, readonly string[]>> = {
  'light-desktop': [...ON_DESKTOP, 'number', 'resend', 'undelivered', 'gateway-failure'],
  'dark-desktop': ON_DESKTOP,
  'light-phone': EVERYWHERE,
  'dark-phone': EVERYWHERE,
};

/** Fictional numbers (the 555-01 range): these pictures are shown to people. */
let next = 100;
const fictionalPhone = (): string => `+1415555${String(next++).padStart(4, '0')}`;

/** What fills the inbox: numbers that their countries keep for stories. */
const MESSAGES = [
  { phone: '+14155550142', purpose: 'login' },
  { phone: '+61491570158', purpose: 'register' },
  { phone: '+491713920012', purpose: 'login', locale: 'de' },
  { phone: '+61491570156', purpose: 'reset_password' },
  { phone: '+12125550187', purpose: 'login', locale: 'es' },
  { phone: '+46701740611', purpose: 'change_phone' },
  { phone: '+13105550119', purpose: 'register' },
];

describe('the picture', () => {
  let browser: Browser;
  let api: TestApp;
  let quick: TestApp;
  let inbox: TestApp;
  beforeAll(async () => {
    [browser, api, quick, inbox] = await Promise.all([
      startChromium(),
      startDemo(),
      startDemo({ SMS_COOLDOWN_SECONDS: '2' }),
      startDemo(),
    ]);
    for (const message of MESSAGES) {
      expect(await inbox.client.post('/auth/sms/send', message)).toMatchObject({ status: 202 });
    }
  });
  afterAll(() => Promise.all([browser.close(), api.close(), quick.close(), inbox.close()]));

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    describe.each([
      ['desktop', DESKTOP],
      ['phone', PHONE],
    ])('at %s width', (width, size) => {
      const open = (of: TestApp) => DemoPage.open(browser, of, { ...size, colorScheme });
      const take = async ({ page }: DemoPage, name: string): Promise<void> => {
        const look = `${colorScheme}-${width}`;
        if (KEPT[look]?.includes(name) !== true) return;
        await page.mouse.move(0, 0);
        await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
      };

      it('of the way to a proof, and of a lock', async () => {
        const demo = await open(api);
        await take(demo, 'number');
        await demo.sendTo(fictionalPhone());
        const code = await demo.codeShown();
        await demo.page.getByText('Delivered', { exact: true }).waitFor();
        await demo.code.pressSequentially(code.slice(0, 3));
        await take(demo, 'page');
        await demo.code.fill(wrongCode(code));
        await demo.hears('That is not the code.');
        await take(demo, 'wrong-code');
        await demo.code.fill(code);
        await demo.button('Call the protected route').click();
        await demo.button('Call it a second time').click();
        await demo.hears('Refused, as it should be.');
        await take(demo, 'proof');

        await demo.button('Verify another number').click();
        await demo.sendTo(fictionalPhone());
        await demo.exhaust(await demo.codeShown());
        await demo.button(/Get a new code in/).waitFor();
        await take(demo, 'lock');

        await demo.close();
      });

      it('of the inbox', async () => {
        const demo = await DemoPage.open(browser, inbox, { ...size, colorScheme, path: '/dev/inbox' });
        await demo.page.getByText(`${String(MESSAGES.length)} messages`).waitFor();
        await take(demo, 'inbox');
        await demo.close();
      });

      it('of what goes wrong at the carrier, and of a resend', async () => {
        const demo = await open(quick);
        await demo.carrier('Refuses it');
        await demo.sendTo(fictionalPhone());
        await demo.hears('The message could not be sent.');
        await take(demo, 'gateway-failure');
        await demo.carrier('Fails to deliver');
        await demo.usable('Send the code').click();
        await demo.hears('The message did not arrive.');
        await take(demo, 'undelivered');
        await demo.carrier('Delivers it');
        await demo.usable('Send again').click();
        await demo.thread.first().waitFor();
        await demo.usable('Send again').click();
        await demo.thread.nth(1).waitFor();
        await demo.hears('Sent again.');
        await demo.page.getByText('Delivered', { exact: true }).waitFor();
        await take(demo, 'resend');
        await demo.close();
      });
    });
  });
});
