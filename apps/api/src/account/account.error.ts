/** What this example refuses, beside what the library does: a closed list, each with its status. */
const REFUSALS = {
  sign_in_refused: { status: 401, title: 'No account has this phone and password' },
  not_signed_in: { status: 401, title: 'Sign in first' },
  account_unknown: { status: 404, title: 'No account has this phone' },
  phone_taken: { status: 409, title: 'An account has this phone already' },
} as const;

export type AccountRefusal = keyof typeof REFUSALS;

/** A refusal of the example, with what HTTP says of it. */
export class AccountError extends Error {
  readonly status: number;

  constructor(readonly code: AccountRefusal) {
    const { status, title } = REFUSALS[code];
    super(title);
    this.name = AccountError.name;
    this.status = status;
  }
}
