import { extname } from 'node:path';
import { NotFoundException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What a page may do: load from this service alone, and nothing inline. */
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/**
 * The Content-Security-Policy of a page. Stricter than that of other answers, but without `upgrade-insecure-requests`:
 * pages are also opened over plain HTTP, from a phone in the same network, where that would make their own files
 * unreachable.
 *
 * @param loosened what one page needs otherwise
 */
export function pagePolicy(loosened: Partial<typeof POLICY> = {}): string {
  return Object.entries({ ...POLICY, ...loosened })
    .map((directive) => directive.join(' '))
    .join('; ');
}

/**
 * Answers with a file of a page.
 *
 * @throws NotFoundException when there is none of this name
 */
export function sendPageFile(
  reply: FastifyReply,
  name: string,
  content: string | Buffer | undefined,
  headers: { readonly 'cache-control': string; readonly 'content-security-policy': string },
): void {
  const type = TYPES[extname(name)];
  if (content === undefined || type === undefined) throw new NotFoundException();
  void reply.headers({ ...headers, 'content-type': type }).send(content);
}
