import { createRequire } from 'node:module';

// What is used of the package `altcha-lib` 2. Its own typings are those of its ES modules, which this CommonJS build
// cannot import, and they need the types of a browser.

/** A signed task, as the widget and every client library of ALTCHA knows it. */
export interface AltchaChallenge {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly signature: string;
}

export interface AltchaSolution {
  readonly counter: unknown;
  readonly derivedKey: unknown;
}

type DeriveKey = (...anything: never[]) => unknown;

interface AltchaLib {
  readonly createChallenge: (options: {
    readonly algorithm: string;
    readonly cost: number;
    readonly counter: number;
    readonly deriveKey: DeriveKey;
    readonly expiresAt: Date;
    readonly hmacSignatureSecret: string;
    readonly hmacKeySignatureSecret: string;
  }) => Promise<AltchaChallenge>;
  readonly verifySolution: (options: {
    readonly challenge: AltchaChallenge;
    readonly solution: AltchaSolution;
    readonly deriveKey: DeriveKey;
    readonly hmacSignatureSecret: string;
    readonly hmacKeySignatureSecret: string;
  }) => Promise<{ readonly verified: boolean }>;
}

const load = createRequire(__filename);

/** Loads the package when a challenge is made of it, not before. */
export function loadAltcha(): AltchaLib & { readonly deriveKey: DeriveKey } {
  const { createChallenge, verifySolution } = load('altcha-lib') as AltchaLib;
  const { deriveKey } = load('altcha-lib/algorithms/pbkdf2') as { readonly deriveKey: DeriveKey };
  return { createChallenge, verifySolution, deriveKey };
}
