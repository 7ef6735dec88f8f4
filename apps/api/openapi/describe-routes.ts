import type { Type } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { BODIES, type BodyName } from './body-schemas';
import { header, rateLimitHeaders } from './headers';
import { problemResponses } from './problem-responses';
import type { Refusal } from './problem-schemas';
import type { AnswerName } from './schemas';
import type { BearerToken } from './security-schemes';
import type { Tag } from './tags';

interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly pattern?: string;
  readonly example?: string;
}

/** What there is to say of a route that Nest does not know itself. */
export interface Route {
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly path?: Parameter;
  readonly query?: readonly Parameter[];
  readonly headers?: readonly Parameter[];
  /** The name of the token that it takes as bearer, if the instance asks for one. */
  readonly bearer?: BearerToken;
  readonly body?: { readonly name: BodyName; readonly example: Readonly<Record<string, unknown>> };
  readonly answer: {
    readonly status: number;
    readonly description: string;
    /** Whose schema it has; the media type where it is not JSON. */
    readonly schema?: AnswerName;
    readonly mediaType?: string;
    readonly example?: unknown;
  };
  /** The codes that this route refuses with, beside those that any request may meet. */
  readonly refusals: readonly Refusal[];
  /** Whether the client address is counted. */
  readonly limited?: boolean;
}

/** What any request may meet, whichever its route. */
const OF_EVERY_ROUTE: readonly Refusal[] = [
  'invalid_request',
  'request_timeout',
  'unsupported_media_type',
  'headers_too_large',
  'internal_error',
];

/** Puts the decorators of @nestjs/swagger on handlers, from without: the running service does not load it. */
export function describeRoutes<Controller extends object>(
  controller: Type<Controller>,
  routes: Readonly<Partial<Record<keyof Controller & string, Route>>>,
): void {
  for (const [name, route] of Object.entries<Route | undefined>(routes)) {
    const prototype: object = controller.prototype as Controller;
    const handler = Object.getOwnPropertyDescriptor(prototype, name);
    if (handler === undefined || route === undefined)
      throw new TypeError(`${controller.name} has no ${name}`);
    for (const decorate of decoratorsOf(route)) decorate(prototype, name, handler);
  }
}

function decoratorsOf(route: Route): MethodDecorator[] {
  const {
    tag,
    summary,
    description,
    path,
    query = [],
    headers = [],
    bearer,
    body,
    refusals,
    limited = false,
  } = route;
  const withBody: readonly Refusal[] = body === undefined ? [] : ['body_too_large'];
  // What an instance does not serve, it does not find.
  const unserved: readonly Refusal[] = tag === 'Development' ? ['not_found'] : [];
  const all = [...new Set([...OF_EVERY_ROUTE, ...withBody, ...unserved, ...refusals])];
  return [
    ApiTags(tag),
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ...(path === undefined ? [] : [ApiParam(parameter({ required: true, ...path }))]),
    ...query.map((one) => ApiQuery(parameter(one))),
    ...headers.map((one) => ApiHeader(parameter(one))),
    ...(bearer === undefined ? [] : [ApiSecurity({}), ApiSecurity(bearer)]),
    ...(body === undefined
      ? []
      : [ApiBody({ type: BODIES[body.name], examples: { example: { value: body.example } } })]),
    answerOf(route),
    ...problemResponses(all, limited).map((response) => ApiResponse(response)),
  ];
}

function parameter({ name, description, required = false, pattern, example }: Parameter) {
  const schema = { type: 'string', ...(pattern === undefined ? {} : { pattern }) };
  return { name, description, required, schema, ...(example === undefined ? {} : { example }) };
}

function answerOf({ answer, limited = false }: Route): MethodDecorator {
  const { status, description, schema, mediaType = 'application/json', example } = answer;
  const media = schema === undefined ? { type: 'string' } : { $ref: `#/components/schemas/${schema}` };
  return ApiResponse({
    status,
    description,
    headers: { 'x-request-id': header('RequestId', true), ...(limited ? rateLimitHeaders(true) : {}) },
    ...(status === 204
      ? {}
      : { content: { [mediaType]: { schema: media, ...(example === undefined ? {} : { example }) } } }),
  });
}
