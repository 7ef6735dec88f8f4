import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountError } from './account.error';
import { Accounts, type Account } from './accounts';
import { Sessions } from './sessions';

/** An account with its id. */
export type SignedInAccount = Account & { readonly id: number };

const ACCOUNT = Symbol('account');
type SessionRequest = FastifyRequest & { [ACCOUNT]?: SignedInAccount };

/** Lets a request pass that brings the token of a session: `Authorization: Bearer …`. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly sessions: Sessions,
    private readonly accounts: Accounts,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SessionRequest>();
    const [, token = ''] = /^Bearer ([\w-]{43})$/.exec(request.headers.authorization ?? '') ?? [];
    const id = this.sessions.accountOf(token);
    const account = id === undefined ? undefined : this.accounts.find(id);
    if (id === undefined || account === undefined) throw new AccountError('not_signed_in');
    request[ACCOUNT] = { ...account, id };
    return true;
  }
}

/** On a handler's parameter, behind the guard: who is signed in. */
export const SignedIn = createParamDecorator((_data: unknown, context: ExecutionContext): SignedInAccount => {
  const account = context.switchToHttp().getRequest<SessionRequest>()[ACCOUNT];
  if (account === undefined) throw new TypeError('@SignedIn() needs the SessionGuard on the route');
  return account;
});
