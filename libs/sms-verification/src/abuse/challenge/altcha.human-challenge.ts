import { createHmac, randomBytes } from 'node:crypto';
import type { PhoneNumber } from '../../phone/phone-number';
import { loadAltcha, type AltchaChallenge, type AltchaSolution } from './altcha-lib';
import { HumanChallenge, type ChallengeContext, type ChallengeOffer } from './human-challenge';
import { spentId, type SpentChallenges } from './spent-challenges';

export interface AltchaOptions {
  /** Signs the tasks; 32 bytes or more, the same on all instances, and used for nothing else. */
  readonly key: string;
  readonly spent: SpentChallenges;
  /** Milliseconds since 1970. The instances' clocks may differ by as much as a task lives, not by more. */
  readonly now: () => number;
  /** How long a task may be solved, and its answer be sent. */
  readonly lifetimeMs?: number;
  /** Rounds of SHA-256 in one try: how slow a try is. */
  readonly rounds?: number;
  /** How many tries a task takes at most; half of it on average. */
  readonly tries?: number;
}

const ALGORITHM = 'PBKDF2/SHA-256';
const LONGEST_ANSWER = 2_048;

interface AltchaAnswer {
  readonly challenge: AltchaChallenge;
  readonly solution: AltchaSolution;
}

/**
 * A proof of work (altcha-lib 2): the client looks for the try whose derived key begins as the task says. Nothing
 * but this service takes part in it, and a person notices nothing but a moment's wait.
 *
 * What it is worth: it tells no person from a program, and makes no fraud unprofitable. With the defaults an answer
 * costs about a third of a second of one server processor on average, which is rented for millionths of a dollar, and
 * far less on a graphics card; a message brings its fraudster cents. What it does do: it stops whatever only repeats a
 * request, it slows what one machine can ask for, and it gives the guard something milder to say than no.
 */
export class AltchaHumanChallenge extends HumanChallenge {
  readonly kind = 'altcha';
  private readonly altcha = loadAltcha();
  private readonly lifetimeMs: number;
  private readonly rounds: number;
  private readonly tries: number;

  constructor(private readonly options: AltchaOptions) {
    super();
    this.lifetimeMs = options.lifetimeMs ?? 5 * 60_000;
    this.rounds = options.rounds ?? 5_000;
    this.tries = options.tries ?? 500;
  }

  /** `challenge` is what the widget of ALTCHA takes as its own. */
  override async offer({ phone }: ChallengeContext): Promise<ChallengeOffer> {
    const { createChallenge, deriveKey } = this.altcha;
    const challenge = await createChallenge({
      algorithm: ALGORITHM,
      cost: this.rounds,
      // Of 48 random bits: no count of tries is large enough to notice that they divide unevenly.
      counter: randomBytes(6).readUIntBE(0, 6) % this.tries,
      deriveKey,
      expiresAt: new Date(this.options.now() + this.lifetimeMs),
      ...this.secretsFor(phone),
    });
    return { kind: this.kind, challenge };
  }

  override async verify(answer: string, { phone }: ChallengeContext): Promise<boolean> {
    const read = readAnswer(answer);
    if (read === undefined || !(await this.isRight(read, phone))) return false;
    // The nonce is signed: the same task under another spelling is the same task. It stays spent for longer than the
    // slowest of the instances' clocks could take it for unexpired.
    const id = spentId(this.kind, JSON.stringify(read.challenge.parameters['nonce']));
    return this.options.spent.spend(id, 2 * this.lifetimeMs);
  }

  private async isRight({ challenge, solution }: AltchaAnswer, phone: PhoneNumber): Promise<boolean> {
    const { expiresAt } = challenge.parameters;
    if (typeof expiresAt !== 'number' || expiresAt * 1_000 <= this.options.now()) return false;
    const { verifySolution, deriveKey } = this.altcha;
    const asked = { challenge, solution, deriveKey, ...this.secretsFor(phone) };
    return (await verifySolution(asked)).verified;
  }

  /** A task is bound to its phone by its signature, which says nothing of the phone: no other phone's key makes it. */
  private secretsFor({ e164 }: PhoneNumber): { hmacSignatureSecret: string; hmacKeySignatureSecret: string } {
    const derive = (label: string): string =>
      createHmac('sha256', this.options.key).update(`${label}:${e164}`).digest('base64url');
    return { hmacSignatureSecret: derive('task'), hmacKeySignatureSecret: derive('solution') };
  }
}

/** Base64 of JSON, as the widget sends it; `undefined` for all else. */
function readAnswer(text: string): AltchaAnswer | undefined {
  if (text.length > LONGEST_ANSWER) return undefined;
  const answer = objectIn(parsed(Buffer.from(text, 'base64').toString('utf8')));
  const challenge = objectIn(answer?.['challenge']);
  const parameters = objectIn(challenge?.['parameters']);
  const solution = objectIn(answer?.['solution']);
  const signature = challenge?.['signature'];
  if (parameters === undefined || solution === undefined || typeof signature !== 'string') return undefined;
  return {
    challenge: { parameters, signature },
    solution: { counter: solution['counter'], derivedKey: solution['derivedKey'] },
  };
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
