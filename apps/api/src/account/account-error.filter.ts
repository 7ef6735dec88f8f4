import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AccountError } from './account.error';

/** Answers the example's own refusals with problem documents; the application's filter answers the library's. */
@Catch(AccountError)
export class AccountErrorFilter implements ExceptionFilter {
  catch({ code, status, message }: AccountError, host: ArgumentsHost): void {
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(status)
      .header('cache-control', 'no-store')
      .type('application/problem+json')
      .send({ type: 'about:blank', title: message, status, code });
  }
}
