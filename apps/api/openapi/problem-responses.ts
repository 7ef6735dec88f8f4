import type { ApiResponseOptions } from '@nestjs/swagger';
import { PROBLEMS } from '../src/http/problems';
import { header, rateLimitHeaders } from './headers';
import { schemaName, variantOf, type Refusal } from './problem-schemas';

/** Whether waiting is told always, sometimes or never. */
function retryAfterOf(refusals: readonly Refusal[]): 'always' | 'sometimes' | 'never' {
  const told = refusals.map((refusal) => {
    const { members = {}, optional = [] } = variantOf(refusal);
    if (!('retryAfter' in members)) return 'never';
    return optional.includes('retryAfter') ? 'sometimes' : 'always';
  });
  const [first = 'never'] = told;
  return told.every((one) => one === first) ? first : 'sometimes';
}

/** Statuses of answers that come before the address of the client is counted. */
const BEFORE_COUNTING = [408, 413, 415, 431];
/** Those of which some do, or come because it could not be counted. */
const PERHAPS_BEFORE_COUNTING = [400, 500, 503];

/** The answers of a route that gives these refusals: one for each status, with the schemas of its codes. */
export function problemResponses(refusals: readonly Refusal[], limited: boolean): ApiResponseOptions[] {
  const byStatus = new Map<number, Refusal[]>();
  for (const refusal of refusals) {
    const { status } = variantOf(refusal);
    byStatus.set(status, [...(byStatus.get(status) ?? []), refusal]);
  }
  return [...byStatus].map(([status, group]) => {
    const references = group.map((refusal) => ({ $ref: `#/components/schemas/${schemaName(refusal)}` }));
    const [only] = references;
    const waiting = retryAfterOf(group);
    return {
      status,
      description: group.map((refusal) => PROBLEMS[variantOf(refusal).code].title).join('; '),
      headers: {
        // Where it was read as a request at all.
        'x-request-id': header('RequestId', false),
        ...(waiting === 'never' ? {} : { 'Retry-After': header('RetryAfter', waiting === 'always') }),
        ...(limited && !BEFORE_COUNTING.includes(status)
          ? rateLimitHeaders(!PERHAPS_BEFORE_COUNTING.includes(status))
          : {}),
      },
      content: {
        'application/problem+json': {
          schema: only !== undefined && references.length === 1 ? only : { oneOf: references },
        },
      },
    };
  });
}
