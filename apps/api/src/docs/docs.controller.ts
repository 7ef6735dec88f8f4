import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import type { Settings } from '../config/settings';
import { pagePolicy, sendPageFile } from '../http/page-file';
import { describeInstance } from './describe-instance';

/** Beside the sources and beside the build alike. */
const DOCUMENT = join(__dirname, '../../openapi.json');

/** What the page is made of: two files of ours, and those of Swagger UI, which a build brings along. */
const FILES: ReadonlyMap<string, () => string> = new Map([
  ['index.html', () => join(__dirname, 'page/index.html')],
  ['docs.js', () => join(__dirname, 'page/docs.js')],
  ['swagger-ui.css', () => require.resolve('swagger-ui-dist/swagger-ui.css')],
  ['swagger-ui-bundle.js', () => require.resolve('swagger-ui-dist/swagger-ui-bundle.js')],
]);

const HEADERS = {
  'cache-control': 'no-cache',
  // As strict as Swagger UI allows: its pictures are data in its stylesheet, and it sets styles of elements.
  'content-security-policy': pagePolicy({
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data:",
  }),
};

/** Describes the service: to programs as an OpenAPI document, to people as a page that is made from it. */
@Controller()
export class DocsController {
  constructor(private readonly settings: ConfigService<Settings, true>) {}

  @Get('docs')
  page(@Res() reply: FastifyReply): Promise<void> {
    return this.serve('index.html', reply);
  }

  @Get('docs/:name')
  file(@Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
    return this.serve(name, reply);
  }

  @Get('docs-json')
  async document(): Promise<object> {
    const production = this.settings.get('production', { infer: true });
    return describeInstance(await readFile(DOCUMENT, 'utf8'), production);
  }

  private async serve(name: string, reply: FastifyReply): Promise<void> {
    const file = FILES.get(name);
    sendPageFile(reply, name, file && (await readFile(file())), HEADERS);
  }
}
