import type { Browser } from 'playwright-core';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

describe('the page', () => {
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

  it('leads from a number to a message, a code, a proof, and through the protected route once', async () => {
    const demo = await DemoPage.open(browser, api);
    const code = await demo.receive();
    await demo.page.getByText('Delivered', { exact: true }).waitFor();
    await demo.paste(`${code.slice(0, 3)}-${code.slice(3)}`);
    await demo.heading('Your number is verified').waitFor();

    await demo.button('Call the protected route').click();
    await demo.hears('Let in as +1');
    await demo.button('Call it a second time').click();
    await demo.hears('Refused, as it should be.');
    const calls = demo.page.getByRole('list', { name: 'Calls of the protected route' });
    expect(await calls.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^200[^]*let in as \+1/),
      expect.stringMatching(/^401[^]*proof_invalid$/),
    ]);
    await demo.close();
  });

  it('takes a number as it is written in its country', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.page.getByLabel('Country').selectOption('Australia');
    await demo.sendTo('0412 345 678');
    await demo.page.getByText(/^We sent a message to \+61•+[0-9]{2,4}\.$/).waitFor();
    // The message comes by a way of its own, and maybe later than the words about it.
    await demo.thread.first().waitFor();
    expect(await demo.thread.count()).toBe(1);
    await demo.close();
  });

  it('fills in the code that is tapped in the message', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.receive();
    await demo.button(/^Fill in the code/).click();
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('sends the same code again, so that the first message is right however late it comes', async () => {
    const demo = await DemoPage.open(browser, quick);
    const first = await demo.receive();
    await demo.usable('Send again').click();
    await demo.hears('It is the same code');
    await demo.thread.nth(1).waitFor();
    expect(await demo.codeShown()).toBe(first);
    await demo.code.fill(first);
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('has a code field that autofill, numeric keyboards and screen readers know', async () => {
    const demo = await DemoPage.open(browser, api);
    await demo.receive();
    expect(await demo.code.count()).toBe(1);
    expect(await demo.code.getAttribute('inputmode')).toBe('numeric');
    expect(await demo.page.getByRole('textbox', { name: 'Code from the message' }).count()).toBe(1);
    await demo.code.pressSequentially('12a3');
    expect(await demo.code.inputValue()).toBe('123');
    await demo.close();
  });
});

describe('the inbox', () => {
  it('shows new messages as they are sent, newest first, and those of one phone on request', async () => {
    const [browser, api] = await Promise.all([startChromium(), startDemo()]);
    const demo = await DemoPage.open(browser, api, { path: '/dev/inbox' });
    const rows = demo.page.getByRole('list', { name: 'Messages, newest first' }).getByRole('listitem');
    await demo.page.getByText('No messages yet.').waitFor();
    await demo.page.getByText('Live', { exact: true }).waitFor();
    await api.client.send('+14155550100');
    await rows.first().waitFor();
    await api.client.send('+61412345678');
    await rows.nth(1).waitFor();
    expect(await rows.first().innerText()).toContain('+61412345678');
    expect(await rows.first().innerText()).toContain(await api.client.newestCode('+61412345678'));

    await demo.page.getByLabel('Filter by phone').fill('415 555');
    await demo.page.getByText('1 message to numbers with 415555').waitFor();
    expect(await rows.allInnerTexts()).toEqual([expect.stringContaining('+14155550100')]);
    await demo.close();
    await Promise.all([browser.close(), api.close()]);
  });
});
