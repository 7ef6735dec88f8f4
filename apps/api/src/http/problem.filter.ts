import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorToProblem } from './error-to-problem';
import type { ProblemCode } from './problems';

declare module 'fastify' {
  interface FastifyReply {
    /** Of an answer that is a problem document. */
    problemCode?: ProblemCode;
  }
}

/** Answers every error with a problem document (RFC 9457), and with Retry-After where waiting helps. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = errorToProblem(error);
    reply.problemCode = problem.code;
    if (problem.status >= 500) this.logger.error(describe(request, problem.code, error));
    const { retryAfter } = problem;
    if (typeof retryAfter === 'number') void reply.header('retry-after', retryAfter);
    void reply
      .status(problem.status)
      .header('cache-control', 'no-store')
      .type('application/problem+json')
      .send(problem);
  }
}

/** The route and the chain of causes. Messages and stacks of our errors and of ioredis carry no codes or phones. */
function describe(request: FastifyRequest, code: string, error: unknown): string {
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) causes.push(`${at.name}: ${at.message}`);
  const stack = code === 'internal_error' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return `${request.method} ${request.routeOptions.url ?? '(no route)'} ${code}: ${causes.join(' <- ')}${stack}`;
}
