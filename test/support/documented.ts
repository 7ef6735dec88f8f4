import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

export const OPENAPI_FILE = join(__dirname, '../../apps/api/openapi.json');

interface Media {
  readonly schema?: object;
  readonly example?: unknown;
}

interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, { $ref: string }>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly requestBody?: { content: Record<string, { examples?: { example?: { value?: object } } }> };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}

export const documented = JSON.parse(readFileSync(OPENAPI_FILE, 'utf8')) as OpenAPIObject;

/** Every route that `openapi.json` describes. */
export const operations: readonly Operation[] = Object.entries(documented.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    ...(operation as Omit<Operation, 'method' | 'path'>),
    method: method.toUpperCase(),
    path,
  })),
);

const HEADERS = (documented.components?.headers ?? {}) as Readonly<
  Record<string, { required: boolean; schema: { pattern: string } }>
>;

const BY_PATTERN = operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replace(/\{[a-z]+\}/g, '[^/]+')}$`),
}));

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(documented, 'openapi.json');
const validators = new Map<string, ValidateFunction>();

/** What `openapi.json` has against a value at one of its schemas; empty when nothing. */
export function faultsOf(value: unknown, ...pointer: readonly string[]): string {
  const at = pointer.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  let validate = validators.get(at);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `openapi.json#/${encodeURI(at)}` });
    validators.set(at, validate);
  }
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Throws when an answer is none that `openapi.json` describes: its status, its headers or its body. */
export function expectDocumented(asked: { method: string; path: string }, answer: Received): void {
  const { method } = asked;
  const path = asked.path.replace(/[?#].*$/, '');
  const found = BY_PATTERN.find(
    ({ operation, pattern }) => operation.method === method && pattern.test(path),
  )?.operation;
  // No route of the service: what a spec mounts beside it, or nothing at all.
  if (found === undefined) return;
  const faults = [...faultsOfAnswer(found, answer)];
  if (faults.length > 0) {
    throw new Error(`${method} ${path}: not as openapi.json says: ${faults.join('; ')}\n${answer.text}`);
  }
}

function* faultsOfAnswer(
  { method, path, responses }: Operation,
  { status, headers, text }: Received,
): Generator<string> {
  const response = responses[String(status)];
  if (response === undefined) {
    yield `no status ${String(status)}`;
    return;
  }
  for (const [name, { $ref }] of Object.entries(response.headers ?? {})) {
    const { required, schema } = HEADERS[$ref.replace(/^.*\//, '')] ?? {};
    const value = headers[name.toLowerCase()];
    if (value === undefined ? required === true : !new RegExp(schema?.pattern ?? '').test(String(value)))
      yield `${name}: ${String(value)}`;
  }
  if (headers['retry-after'] !== undefined && response.headers?.['Retry-After'] === undefined)
    yield 'Retry-After is not told of';
  const [media = ''] = String(headers['content-type'] ?? '').split(';');
  const { content = {} } = response;
  if (media in content && media.endsWith('json')) {
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      media,
      'schema',
    ];
    const faults = faultsOf(JSON.parse(text), ...pointer);
    if (faults !== '') yield faults;
  } else if (!(media in content) && !('*/*' in content) && !('text/*' in content) && text !== '') {
    yield `no content of ${media}`;
  }
}
