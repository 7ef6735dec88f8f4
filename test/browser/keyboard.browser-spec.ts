import type { Browser } from 'playwright-core';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

/** The focus as a person sees it: an outline at the element, or at what is drawn in its place. */
const FOCUS_IS_SEEN = `
  [document.activeElement, ...document.activeElement.parentElement.querySelectorAll(':focus ~ *, :focus ~ * *')]
    .map((element) => getComputedStyle(element))
    .some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2)
`;

describe.each(['light', 'dark'] as const)('with the keyboard alone, in %s', (colorScheme) => {
  let browser: Browser;
  let api: TestApp;
  beforeAll(async () => {
    [browser, api] = await Promise.all([startChromium(), startDemo()]);
  });
  afterAll(() => Promise.all([browser.close(), api.close()]));

  const nameOfFocused = ({ page }: DemoPage) =>
    page.evaluate<string>(`
      (({ labels, ariaLabel, id, value, textContent, type }) =>
        (type === 'radio' && value) || labels?.[0]?.textContent || ariaLabel || textContent || id)(document.activeElement)
    `);

  /** Presses Tab until this has the focus; says where it has been, and fails where that could not be seen. */
  const tabTo = async (demo: DemoPage, name: string): Promise<string[]> => {
    const stops: string[] = [];
    while (stops.at(-1) !== name && stops.length < 20) {
      await demo.page.keyboard.press('Tab');
      stops.push((await nameOfFocused(demo)).trim());
      if (!(await demo.page.evaluate<boolean>(FOCUS_IS_SEEN))) throw new Error(`unseen: ${stops.join(', ')}`);
    }
    return stops;
  };

  it('the whole way can be walked, and the focus is seen at every stop', async () => {
    const demo = await DemoPage.open(browser, api, { colorScheme });
    const { keyboard } = demo.page;
    expect(await tabTo(demo, 'Mobile number')).toEqual([
      'SMS verification',
      'Try it',
      'Inbox',
      'Country',
      'Mobile number',
    ]);
    await keyboard.type(demo.phone);
    await keyboard.press('Enter');
    await demo.heading('Enter the code').waitFor();
    expect(await nameOfFocused(demo)).toBe('Code from the message');
    expect(await demo.page.evaluate(FOCUS_IS_SEEN)).toBe(true);

    await keyboard.type(await demo.codeShown());
    await demo.heading('Your number is verified').waitFor();
    expect(await nameOfFocused(demo)).toBe('Your number is verified');
    expect(await tabTo(demo, 'Call the protected route')).toHaveLength(1);
    await keyboard.press('Enter');
    await demo.hears('Let in as');
    expect(await nameOfFocused(demo)).toBe('Call it a second time');
    await keyboard.press('Space');
    await demo.hears('Refused, as it should be.');
    await tabTo(demo, 'Verify another number');
    await keyboard.press('Enter');
    expect(await nameOfFocused(demo)).toBe('Mobile number');
    await demo.close();
  });

  it('the code can be tapped in the message, and the carrier be chosen', async () => {
    const demo = await DemoPage.open(browser, api, { colorScheme });
    const code = await demo.receive();
    expect(await tabTo(demo, 'deliver')).toEqual([
      'Verify',
      expect.stringMatching(/^Send again in /),
      'Use another number',
      'Messages received',
      `Fill in the code ${code}`,
      'deliver',
    ]);
    const told = demo.page.waitForResponse(`${api.client.url}/dev/inbox/behaviour`);
    await demo.page.keyboard.press('ArrowRight');
    await told;
    expect((await api.client.get('/dev/inbox/behaviour')).body).toEqual({ behaviour: 'refuse' });
    await demo.carrier('Delivers it');
    await demo.button(/^Fill in the code/).focus();
    await demo.page.keyboard.press('Enter');
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('a button that may not be used yet keeps the focus, and does nothing', async () => {
    const demo = await DemoPage.open(browser, api, { colorScheme });
    await demo.receive();
    const resend = demo.button(/^Send again in/);
    await resend.focus();
    await demo.page.keyboard.press('Enter');
    expect(await resend.getAttribute('aria-disabled')).toBe('true');
    expect(await nameOfFocused(demo)).toMatch(/^Send again in/);
    expect(await demo.thread.count()).toBe(1);
    await demo.close();
  });
});
