import type { Browser, Route } from 'playwright-core';
import {
  AltchaHumanChallenge,
  InProcessSpentChallenges,
  PhoneNumber,
  type ChallengeOffer,
} from '@app/sms-verification';
import type { TestApp } from '../support/start-app';
import { startChromium } from './chromium';
import { DemoPage, startDemo } from './demo-page';

const altcha = (key: string, effort = {}): AltchaHumanChallenge =>
  new AltchaHumanChallenge({
    key,
    spent: new InProcessSpentChallenges(Date.now),
    now: Date.now,
    ...effort,
  });

/** What a request of the page says, its phone parsed. */
function bodyOf(route: Route): { phone: PhoneNumber; body: Record<string, string> } {
  const body = route.request().postDataJSON() as Record<string, string>;
  return { body, phone: PhoneNumber.parse(body['phone'] ?? '', body['region']) };
}

/** Stands before the service and asks for a challenge before each send: a right answer lets the send through. */
class ChallengingFront {
  /** What became of the answers that the page gave. */
  readonly verdicts: boolean[] = [];
  private readonly challenge = altcha('a key of this test, of 32 bytes or more');

  private constructor(
    private readonly kind: string,
    private readonly offer: (phone: PhoneNumber) => Promise<ChallengeOffer>,
  ) {}

  /** @param offer what the page is asked to solve, when that is not what lets it through */
  static async standBefore(
    { page }: DemoPage,
    { kind = 'altcha', offer }: { kind?: string; offer?: ChallengingFront['offer'] } = {},
  ): Promise<ChallengingFront> {
    const front: ChallengingFront = new ChallengingFront(
      kind,
      offer ?? ((phone) => front.challenge.offer({ phone })),
    );
    await page.route('**/auth/sms/send', (route) => front.onSend(route));
    await page.route('**/auth/sms/challenge', (route) => front.onChallenge(route));
    return front;
  }

  private async onSend(route: Route): Promise<void> {
    const { phone, body } = bodyOf(route);
    const { challenge: answer, ...send } = body;
    if (answer !== undefined) this.verdicts.push(await this.challenge.verify(answer, { phone }));
    if (answer !== undefined && this.verdicts.at(-1) === true) {
      await route.continue({ postData: JSON.stringify(send) });
      return;
    }
    const problem = {
      code: 'challenge_required',
      challenge: this.kind,
      detail: 'Solve the challenge first.',
    };
    await route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify(problem),
    });
  }

  private async onChallenge(route: Route): Promise<void> {
    const { phone, body } = bodyOf(route);
    const unknown = Object.keys(body).filter((name) => !['phone', 'region'].includes(name));
    if (unknown.length > 0) await route.fulfill({ status: 400, json: { code: 'invalid_request' } });
    else await route.fulfill({ json: await this.offer(phone) });
  }
}

describe('the page, when the service asks for a challenge', () => {
  let browser: Browser;
  let api: TestApp;
  beforeAll(async () => {
    [browser, api] = await Promise.all([startChromium(), startDemo({ SMS_COOLDOWN_SECONDS: '1' })]);
  });
  afterAll(() => Promise.all([browser.close(), api.close()]));

  it('does the work by itself and sends; the person is asked for a moment, and sees it on the button', async () => {
    const demo = await DemoPage.open(browser, api);
    const front = await ChallengingFront.standBefore(demo);
    let letThrough = (): void => undefined;
    const seen = new Promise<void>((resolve) => (letThrough = resolve));
    await demo.page.route('**/auth/sms/challenge', async (route) => {
      await seen;
      await route.fallback();
    });
    await demo.sendTo();
    await demo.button('One moment…').waitFor();
    expect(await demo.page.locator('#send').getAttribute('aria-disabled')).toBe('true');
    expect(await demo.notice.innerText()).toBe('');
    letThrough();
    await demo.heading('Enter the code').waitFor();
    expect(front.verdicts).toEqual([true]);
    await demo.code.fill(await demo.codeShown());
    await demo.heading('Your number is verified').waitFor();
    await demo.close();
  });

  it('does it again for a resend, with a number as it is written in its country', async () => {
    const demo = await DemoPage.open(browser, api);
    const front = await ChallengingFront.standBefore(demo);
    await demo.page.getByLabel('Country').selectOption('Australia');
    await demo.sendTo('0412 345 671');
    await demo.heading('Enter the code').waitFor();
    await demo.usable('Send again').click();
    await demo.hears('It is the same code');
    expect(front.verdicts).toEqual([true, true]);
    await demo.close();
  });

  it('stays awake however long the work takes, and stops it when the person goes on to another number', async () => {
    // To count what the page does, the test has to evaluate text in it.
    const demo = await DemoPage.open(browser, api, { bypassCSP: true });
    await demo.receive();
    const front = await ChallengingFront.standBefore(demo, {
      offer: async (phone) => {
        const offer = await altcha('k'.repeat(32)).offer({ phone });
        const challenge = offer['challenge'] as { parameters: object };
        const parameters = { ...challenge.parameters, keyPrefix: 'no key begins like this' };
        return { ...offer, challenge: { ...challenge, parameters } };
      },
    });
    await demo.page.evaluate(`
      window.keys = 0;
      const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
      crypto.subtle.deriveBits = (...how) => { window.keys += 1; return derive(...how); };
    `);
    await demo.usable('Send again').click();
    await demo.page.waitForFunction('window.keys > 100');
    await demo.button('One moment…').waitFor();
    await demo.button('Use another number').click();
    await demo.button('Send the code').waitFor();
    const isIdle =
      '(() => { const before = window.before; window.before = window.keys; return before === window.keys; })()';
    await demo.page.waitForFunction(isIdle, undefined, { polling: 250 });
    expect(front.verdicts).toEqual([]);
    await demo.close();
  });

  it('says so when it is a challenge that it does not know', async () => {
    const demo = await DemoPage.open(browser, api);
    await ChallengingFront.standBefore(demo, { kind: 'turnstile' });
    await demo.sendTo();
    await demo.hears('This page cannot prove that you are human. The service asks for turnstile');
    await demo.usable('Send the code').waitFor();
    expect(await demo.seriousFindings()).toEqual([]);
    await demo.close();
  });

  it('says so when its work is not taken, and does not try for ever', async () => {
    const demo = await DemoPage.open(browser, api);
    const another = altcha('another key of this test, of 32 bytes or more', { rounds: 10, tries: 10 });
    const front = await ChallengingFront.standBefore(demo, { offer: (phone) => another.offer({ phone }) });
    await demo.sendTo();
    await demo.hears('The service did not take its proof of work. Try again.');
    expect(front.verdicts).toEqual([false]);
    await demo.close();
  });
});
