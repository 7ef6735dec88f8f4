import type { Browser } from 'playwright-core';
import { wrongCode } from '../support/api-client';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

/** Notes what a screen reader says: the text that appears in a live region which was there, and shown, before. */
const LISTEN = `
  window.said = [];
  for (const region of document.querySelectorAll('[role=status], [role=alert]')) {
    let shown = region.checkVisibility();
    new MutationObserver(() => {
      if (shown && region.textContent !== '') said.push(region.getAttribute('role') + ': ' + region.textContent);
      shown = region.checkVisibility();
    }).observe(region, { childList: true, characterData: true, subtree: true });
  }
`;

describe('what a screen reader says', () => {
  let browser: Browser;
  let api: TestApp;
  beforeAll(async () => {
    const wait = { SMS_COOLDOWN_SECONDS: '2', SMS_FAILURE_WAITS: '5/2s,100/1d' };
    [browser, api] = await Promise.all([startChromium(), startDemo(wait)]);
  });
  afterEach(() => api.client.post('/dev/inbox/behaviour', { behaviour: 'deliver' }));
  afterAll(() => Promise.all([browser.close(), api.close()]));

  it('follows every change: at once where something went wrong, else in its turn', async () => {
    const demo = await DemoPage.open(browser, api);
    const says = async (text: string): Promise<void> => {
      const until = Date.now() + 10_000;
      let said: string[] = [];
      while (!said.some((words) => words.startsWith(text))) {
        if (Date.now() > until) throw new Error(`not said: ${text}\n${said.join('\n')}`);
        await demo.page.waitForTimeout(50);
        said = await demo.page.evaluate<string[]>('said');
      }
    };
    await demo.page.evaluate(LISTEN);
    await demo.carrier('Refuses it');
    await demo.sendTo();
    await says('alert: The message could not be sent.');
    await demo.carrier('Fails to deliver');
    await demo.usable('Send the code').click();
    await says('status: The message did not arrive.');
    await demo.carrier('Delivers it');
    await demo.usable('Send again').click();
    await demo.thread.first().waitFor();
    const code = await demo.codeShown();
    await says(`status: New message: ${code} is your code`);
    await says('status: You can have the code sent again now.');
    await demo.usable('Send again').click();
    await says('status: Sent again. It is the same code');
    await demo.code.fill(wrongCode(code));
    await says('alert: That is not the code. Compare it with the message. 4 attempts left.');
    await demo.code.fill(code);
    await says('status: The code was right.');
    await demo.button('Call the protected route').click();
    await says('status: Let in as +1');
    await demo.button('Call it a second time').click();
    await says('status: Refused, as it should be.');

    await demo.button('Verify another number').click();
    await demo.receive();
    await demo.exhaust(await demo.codeShown());
    await says('alert: No attempts left.');
    await demo.close();
  });

  it('says an error of a field with the field', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.sendTo('12345');
    await demo.page.getByText('This is not a valid phone number.').waitFor();
    const field = demo.page.getByRole('textbox', {
      name: 'Mobile number',
      description: 'This is not a valid phone number.',
    });
    expect(await field.count()).toBe(1);
    await demo.close();
  });

  it.each([
    ['no-preference', 'arrive'],
    ['reduce', 'none'],
  ] as const)(
    'and where motion is "%s", a message comes with the animation "%s"',
    async (reducedMotion, animation) => {
      const demo = await DemoPage.open(browser, api, { reducedMotion });
      await demo.receive();
      const shown = demo.thread.last();
      await shown.waitFor();
      expect(await shown.evaluate((item) => getComputedStyle(item).animationName)).toBe(animation);
      await demo.close();
    },
  );
});
