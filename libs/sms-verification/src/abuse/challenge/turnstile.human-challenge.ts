import { HostedHumanChallenge } from './hosted.human-challenge';

/** Cloudflare Turnstile: judges the browser, mostly without asking the person anything. */
export class TurnstileHumanChallenge extends HostedHumanChallenge {
  readonly kind = 'turnstile';
  protected readonly defaultVerifyUrl = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
}
