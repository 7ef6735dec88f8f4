import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { InvalidRequestError } from '@app/sms-verification';
import type { FastifyRequest } from 'fastify';

/**
 * The request's Idempotency-Key, if it has one: a string of draft-ietf-httpapi-idempotency-key-header §2.1, in its
 * quotes or, as many clients write it, without them.
 */
export const IdempotencyKey = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
    if (header === undefined) return undefined;
    const text = Array.isArray(header) ? header.join(',') : header;
    const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
    if (/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(key)) return key;
    throw new InvalidRequestError([
      {
        field: 'Idempotency-Key',
        message: 'must be 1 to 128 visible ASCII characters, no quotes or backslashes',
      },
    ]);
  },
);
