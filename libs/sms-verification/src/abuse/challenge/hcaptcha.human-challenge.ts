import { HostedHumanChallenge } from './hosted.human-challenge';

/** hCaptcha: judges the browser, and shows a task to whomever it does not trust. */
export class HcaptchaHumanChallenge extends HostedHumanChallenge {
  readonly kind = 'hcaptcha';
  protected readonly defaultVerifyUrl = 'https://api.hcaptcha.com/siteverify';

  /** With the site key, the provider takes no token that another site's widget gave. */
  protected override formFields(): Readonly<Record<string, string>> {
    return { ...super.formFields(), sitekey: this.options.siteKey };
  }
}
