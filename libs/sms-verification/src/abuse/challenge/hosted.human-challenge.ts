import { ChallengeUnavailableError } from '../../sms-verification.errors';
import { HumanChallenge, type ChallengeContext, type ChallengeOffer } from './human-challenge';
import { spentId, type SpentChallenges } from './spent-challenges';

export interface HostedChallengeOptions {
  /** Public: what the widget is loaded with. */
  readonly siteKey: string;
  /** What this service proves itself with to the provider. */
  readonly secret: string;
  readonly spent: SpentChallenges;
  /** Where tokens are judged, when that is not the provider's own address. */
  readonly verifyUrl?: string;
  readonly timeoutMs?: number;
}

/** How long a token stays spent here: longer than any provider takes one. */
const SPENT_MS = 15 * 60_000;
/** Turnstile promises 2 KiB at most, hCaptcha nothing; a body has no room for much more. */
const LONGEST_TOKEN = 3_072;

/** What providers say when the token is to blame, and not what this service sent with it. */
const BLAMES_THE_TOKEN: ReadonlySet<unknown> = new Set([
  'already-seen-response',
  'expired-input-response',
  'invalid-input-response',
  'missing-input-response',
  'timeout-or-duplicate',
]);

/**
 * A widget of a provider's in the page, and the provider's verdict on the token that it gives: `siteverify`, as
 * Turnstile, hCaptcha and others have it.
 *
 * A token is spent before the provider is asked, so that a replay costs no request. One that could not be judged is
 * therefore spent, too, as it may be with the provider: the client gets another.
 */
export abstract class HostedHumanChallenge extends HumanChallenge {
  protected abstract readonly defaultVerifyUrl: string;

  constructor(protected readonly options: HostedChallengeOptions) {
    super();
  }

  override offer(): Promise<ChallengeOffer> {
    return Promise.resolve({ kind: this.kind, siteKey: this.options.siteKey });
  }

  override async verify(answer: string, { clientAddress }: ChallengeContext): Promise<boolean> {
    // Visible ASCII, as every provider's tokens are.
    if (answer.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(answer)) return false;
    if (!(await this.options.spent.spend(spentId(this.kind, answer), SPENT_MS))) return false;
    return this.judge({
      ...this.formFields(),
      response: answer,
      ...(clientAddress === undefined ? {} : { remoteip: clientAddress }),
    });
  }

  /** What goes with every token. */
  protected formFields(): Readonly<Record<string, string>> {
    return { secret: this.options.secret };
  }

  private async judge(fields: Readonly<Record<string, string>>): Promise<boolean> {
    const said = await this.ask(fields);
    if (said['success'] === true) return true;
    const codes = said['error-codes'];
    const blamed = Array.isArray(codes) && codes.length > 0 ? codes.map(String) : [];
    if (said['success'] === false && blamed.every((reason) => BLAMES_THE_TOKEN.has(reason))) return false;
    // A wrong secret, say: every person would be refused, and nobody would learn why.
    throw this.unavailable(blamed.length === 0 ? 'gave no verdict' : `answered ${blamed.join(', ')}`);
  }

  /** @throws ChallengeUnavailableError when no answer comes, or none that is JSON */
  private async ask(fields: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const { verifyUrl = this.defaultVerifyUrl, timeoutMs = 3_000 } = this.options;
    let response: Response;
    let text: string;
    try {
      response = await fetch(verifyUrl, {
        method: 'POST',
        body: new URLSearchParams(fields),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      text = await response.text();
    } catch (error) {
      // Its name alone: what causes it may quote the request.
      throw this.unavailable(`did not answer (${(error as Error).name})`);
    }
    const said = objectIn(text);
    if (said === undefined || response.status >= 500) {
      throw this.unavailable(`answered ${String(response.status)} and no verdict`);
    }
    return said;
  }

  private unavailable(what: string): ChallengeUnavailableError {
    return new ChallengeUnavailableError({ cause: new Error(`${this.kind} ${what}`) });
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
