import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import type { Settings } from '../config/settings';
import { pagePolicy, sendPageFile } from '../http/page-file';

const FOLDER = join(__dirname, 'page');

/** The client that the page asks the service with: the file of a package, which a build brings along. */
const CLIENT = 'openapi-fetch/dist/index.mjs';

const HEADERS = { 'cache-control': 'no-store', 'content-security-policy': pagePolicy() };

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
    sendPageFile(reply, name, this.files.get(name), HEADERS);
  }
}
