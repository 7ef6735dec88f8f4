import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
}

/** The page in a browser of its own, as a person meets it: found by labels and roles, not by ids. */
export class DemoPage {
  private readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    readonly phone: string,
    private readonly url: string,
  ) {}

  /** Opens a path of this application; anything that the browser complains of is thrown by `close`. */
  static async open(
    browser: Browser,
    { client: { url } }: TestApp,
    { path = '/', ...options }: BrowserContextOptions & { path?: string } = {},
  ): Promise<DemoPage> {
    const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-US', ...options });
    const page = await context.newPage();
    const demo = new DemoPage(page, freshPhone(), url);
    page.on('pageerror', (error) => demo.faults.push(error.message));
    page.on('console', (message) => {
      // The browser notes each refusal of the API as an error; those are expected.
      const expected = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !expected) demo.faults.push(message.text());
    });
    await page.goto(url + path);
    return demo;
  }

  heading(name: string) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name });
  }

  get code() {
    return this.page.getByLabel('Code from the message');
  }

  /** The button that sends again or anew, once it may be used. */
  usable(name: string) {
    return this.page.locator('button[aria-disabled="false"]').getByText(name, { exact: true });
  }

  /** What is said of the last thing that happened. */
  get notice() {
    return this.page.locator('#notice');
  }

  get thread() {
    return this.page.getByRole('list', { name: 'Messages received' }).getByRole('listitem');
  }

  async sendTo(phone = this.phone): Promise<void> {
    await this.page.getByLabel('Mobile number').fill(phone);
    await this.button('Send the code').click();
  }

  /** Sends, waits for the message to be shown, and returns the code that it shows. */
  async receive(): Promise<string> {
    await this.sendTo();
    await this.heading('Enter the code').waitFor();
    return this.codeShown();
  }

  async codeShown(): Promise<string> {
    return /[0-9]{6}/.exec(await this.thread.last().innerText())?.[0] ?? '';
  }

  /** Pastes as the clipboard does, by the browser's own paste. */
  async paste(text: string): Promise<void> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.url });
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await this.code.focus();
    await this.page.keyboard.press('Control+V');
  }

  async carrier(choice: 'Delivers it' | 'Refuses it' | 'Never answers' | 'Fails to deliver'): Promise<void> {
    const told = this.page.waitForResponse(`${this.url}/dev/inbox/behaviour`);
    await this.page.getByLabel(choice).check();
    await told;
  }

  /** Waits until the notice says this. */
  async hears(text: string): Promise<void> {
    await this.notice.filter({ hasText: text }).waitFor();
  }

  /** What has the focus, as a screen reader would name it. */
  focused() {
    return this.page.locator(':focus');
  }

  /** Types wrong codes until the verification is locked. */
  async exhaust(code: string): Promise<void> {
    for (const says of ['4 attempts', '3 attempts', '2 attempts', 'One attempt', 'No attempts']) {
      await this.code.fill(wrongCode(code));
      await this.hears(`${says} left`);
    }
  }

  /** Serious and critical findings of axe on what is shown now. */
  async seriousFindings(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate<AxeResult>('axe.run()');
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  /** Throws what the browser complained of, such as a script error or a breach of the content policy. */
  async close(): Promise<void> {
    await this.page.context().close();
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
  }
}

/** The application with a code lifetime, cooldown and so on as a test needs them. */
export function startDemo(environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  return startApp({ store: 'in-process', environment: { SMS_PHONE_QUOTA: '100/1h', ...environment } });
}
