import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import type { Settings } from '../config/settings';

const FOLDER = join(__dirname, 'page');

/** The client that the page asks the service with: the file of a package, which a build brings along. */
const CLIENT = 'openapi-fetch/dist/index.mjs';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Stricter than the policy of the other answers, but without `upgrade-insecure-requests`: the page is also opened
 * over plain HTTP, from a phone in the same network, where that would make its own files unreachable.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the page and the inbox: a few files as they are, kept in memory. */
@Controller()
export class PageController {
  private readonly files: ReadonlyMap<string, string>;

  constructor(settings: ConfigService<Settings, true>) {
    const { codeLength = 6 } = settings.get('verification', { infer: true });
    const files = readdirSync(FOLDER).map((name) => [name, join(FOLDER, name)] as const);
    this.files = new Map(
      [...files, ['openapi-fetch.js', require.resolve(CLIENT)] as const].map(([name, file]) => [
        name,
        readFileSync(file, 'utf8').replace(
          'data-code-length="6"',
          `data-code-length="${String(codeLength)}"`,
        ),
      ]),
    );
  }

  @Get()
  page(@Res() reply: FastifyReply): void {
    this.serve('index.html', reply);
  }

  @Get('dev/inbox')
  inbox(@Res() reply: FastifyReply): void {
    this.serve('inbox.html', reply);
  }

  @Get('dev/page/:name')
  file(@Param('name') name: string, @Res() reply: FastifyReply): void {
    this.serve(name, reply);
  }

  private serve(name: string, reply: FastifyReply): void {
    const text = this.files.get(name);
    const type = TYPES[extname(name)];
    if (text === undefined || type === undefined) throw new NotFoundException();
    void reply
      .headers({ 'cache-control': 'no-store', 'content-security-policy': POLICY, 'content-type': type })
      .send(text);
  }
}
