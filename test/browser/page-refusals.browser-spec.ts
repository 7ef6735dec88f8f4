import type { Browser } from 'playwright-core';
import { wrongCode } from '../support/api-client';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

describe('the page, when something is refused or fails', () => {
  let browser: Browser;
  let api: TestApp;
  let quick: TestApp;
  beforeAll(async () => {
    [browser, api, quick] = await Promise.all([
      startChromium(),
      startDemo(),
      startDemo({ SMS_COOLDOWN_SECONDS: '1', SMS_FAILURE_WAITS: '5/1s,100/1d' }),
    ]);
  });
  afterAll(() => Promise.all([browser.close(), api.close(), quick.close()]));

  it('says what is wrong with a number, at its field', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.sendTo('12345');
    await demo.page.getByText('This is not a valid phone number.').waitFor();
    const field = demo.page.getByLabel('Mobile number');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await demo.focused().getAttribute('id')).toBe('phone');
    await field.fill(demo.phone);
    expect(await field.getAttribute('aria-invalid')).toBe('false');
    await demo.close();
  });

  it('counts the attempts down, empties the boxes, and still takes the right code', async () => {
    const demo = await DemoPage.open(browser, api);
    const code = await demo.receive();
    await demo.code.fill(wrongCode(code));
    await demo.hears('4 attempts left');
    expect(await demo.page.getByRole('alert').innerText()).toMatch(/^That is not the code\./);
    expect(await demo.code.inputValue()).toBe('');
    expect(await demo.focused().getAttribute('id')).toBe('code');
    await demo.code.fill(wrongCode(code));
    await demo.hears('3 attempts left');
    expect(await demo.page.locator('#attempts').innerText()).toBe('3');
    await demo.code.fill(code);
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('locks when the attempts are used up, says for how long, and then sends a new code', async () => {
    const patient = await DemoPage.open(browser, api);
    await patient.exhaust(await patient.receive());
    await patient.button(/^Get a new code in (1:00|0:5[0-9])$/).waitFor();
    expect(await patient.focused().innerText()).toBe('Too many wrong codes');
    await patient.close();

    const demo = await DemoPage.open(browser, quick);
    const old = await demo.receive();
    await demo.exhaust(old);
    await demo.usable('Get a new code').click();
    await demo.hears('A new code is on its way.');
    await demo.thread.nth(1).waitFor();
    await demo.code.fill(await demo.codeShown());
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('counts the cooldown down to the resend, and a code that has run out leads to a new one', async () => {
    const demo = await DemoPage.open(browser, api, { path: '/problems/cooldown' });
    await demo.page.clock.install();
    await demo.page.goto(api.client.url);
    await demo.receive();
    // From here on the page asks the server, whose clock goes on as ever, no more.
    await demo.page.getByText('Delivered', { exact: true }).waitFor();
    const resend = demo.page.locator('#resend');
    expect(await resend.innerText()).toMatch(/^Send again in (1:00|0:5[0-9])$/);
    expect(await resend.getAttribute('aria-disabled')).toBe('true');
    await demo.page.clock.fastForward(30_000);
    await demo.button(/^Send again in 0:(30|2[0-9])$/).waitFor();
    await demo.page.clock.fastForward(30_000);
    await demo.usable('Send again').waitFor();
    await demo.page.clock.fastForward(240_000);
    await demo.heading('This code is no longer good').waitFor();
    await demo.usable('Get a new code').waitFor();
    await demo.close();
  });

  it('counts down before the first send too, where a cooldown is still on, and forgets it for another number', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.receive();
    await demo.button('Use another number').click();
    await demo.sendTo();
    await demo.hears('A code was just sent.');
    await demo.button(/^Send the code in (1:00|0:5[0-9])$/).waitFor();
    await demo.page.getByLabel('Mobile number').fill('+61412345679');
    await demo.usable('Send the code').click();
    await demo.heading('Enter the code').waitFor();
    await demo.close();
  });

  it.each(['Refuses it', 'Never answers'] as const)(
    'says that nothing was used up when the carrier "%s", and sends when it recovers',
    async (trouble) => {
      const demo = await DemoPage.open(browser, api);
      await demo.carrier(trouble);
      await demo.sendTo();
      await demo.hears('The message could not be sent. Nothing was used up.');
      expect(await demo.thread.count()).toBe(0);
      await demo.carrier('Delivers it');
      await demo.usable('Send the code').click();
      await demo.heading('Enter the code').waitFor();
      await demo.code.fill(await demo.codeShown());
      await demo.heading('Your number is verified').waitFor();
      await demo.close();
    },
  );

  it('offers a resend at once when the message was not delivered', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.carrier('Fails to deliver');
    await demo.sendTo();
    await demo.hears('The message did not arrive.');
    await demo.page.getByText('Not delivered', { exact: true }).waitFor();
    await demo.carrier('Delivers it');
    await demo.usable('Send again').click();
    await demo.thread.first().waitFor();
    await demo.code.fill(await demo.codeShown());
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('says so when the service does not answer', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.page.route('**/auth/sms/send', (route) => route.abort());
    await demo.sendTo();
    await demo.hears('The service does not answer.');
    await demo.page.unroute('**/auth/sms/send');
    await demo.button('Send the code').click();
    await demo.heading('Enter the code').waitFor();
    await demo.close();
  });
});
