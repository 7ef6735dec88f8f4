import { createRequire } from 'node:module';
import type { ChallengeOffer } from '@app/sms-verification';

const load = createRequire(__filename);
const { solveChallenge } = load('altcha-lib') as {
  solveChallenge: (options: object) => Promise<{ counter: number; derivedKey: string }>;
};
const { deriveKey } = load('altcha-lib/algorithms/pbkdf2') as { deriveKey: unknown };

/** The answer to an offer, found and written as ALTCHA's own clients do. */
export async function solveAltcha(offer: ChallengeOffer): Promise<string> {
  const challenge = offer['challenge'];
  const { counter, derivedKey } = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution: { counter, derivedKey } })).toString('base64');
}
