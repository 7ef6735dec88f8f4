import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const LIFETIME_MS = 3_600_000;

/** Who is signed in: tokens of 256 random bits, of which only digests are kept, good for an hour. */
@Injectable()
export class Sessions {
  private readonly sessions = new Map<string, { readonly accountId: number; readonly endsAt: number }>();

  /** Returns the token. */
  begin(accountId: number): string {
    const token = randomBytes(32).toString('base64url');
    this.sessions.set(digest(token), { accountId, endsAt: Date.now() + LIFETIME_MS });
    return token;
  }

  accountOf(token: string): number | undefined {
    const session = this.sessions.get(digest(token));
    return session !== undefined && session.endsAt > Date.now() ? session.accountId : undefined;
  }

  /** Ends all sessions of an account: whoever was signed in may be why its credentials changed (ASVS 7.4.3). */
  endAll(accountId: number): void {
    for (const [key, session] of this.sessions) {
      if (session.accountId === accountId) this.sessions.delete(key);
    }
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
