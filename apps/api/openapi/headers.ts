import type { OpenAPIObject } from '@nestjs/swagger';

type Headers = NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

const FIELDS = {
  RequestId: {
    description: 'The id of the trace that the request belongs to, by which the log names it.',
    pattern: '^[0-9a-f]{32}$',
  },
  RetryAfter: { description: 'Whole seconds to wait.', pattern: '^[1-9][0-9]*$' },
  // The fields of draft-ietf-httpapi-ratelimit-headers: an item for each limit that the request counted towards.
  RateLimitPolicy: {
    description: 'The limits of the client address: requests (`q`) in so many seconds (`w`).',
    pattern: '^"[a-z]+";q=[0-9]+;w=[0-9]+(, "[a-z]+";q=[0-9]+;w=[0-9]+)*$',
  },
  RateLimit: {
    description: 'What is left of them (`r`), and the seconds until they begin anew (`t`).',
    pattern: '^"[a-z]+";r=[0-9]+;t=[0-9]+(, "[a-z]+";r=[0-9]+;t=[0-9]+)*$',
  },
} as const;

/** Each header twice: where it is always there, and where only some answers have it. */
export const HEADERS: Headers = Object.fromEntries(
  Object.entries(FIELDS).flatMap(([name, { description, pattern }]): [string, Headers[string]][] => {
    const schema = { type: 'string', pattern } as const;
    return [
      [name, { description, required: true, schema }],
      [`${name}Sometimes`, { description, required: false, schema }],
    ];
  }),
);

export function header(name: keyof typeof FIELDS, always: boolean): { $ref: string } {
  return { $ref: `#/components/headers/${name}${always ? '' : 'Sometimes'}` };
}

export function rateLimitHeaders(always: boolean) {
  return { 'RateLimit-Policy': header('RateLimitPolicy', always), RateLimit: header('RateLimit', always) };
}
