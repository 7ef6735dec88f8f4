import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../src/app.module';
import { readSettings } from '../src/config/settings';
import { createAdapter } from '../src/configure-app';
import { BODIES, describeBodies } from './body-schemas';
import { describeDevelopment } from './development-routes';
import { HEADERS } from './headers';
import { describeOperation } from './operation-routes';
import { PROBLEM_SCHEMAS } from './problem-schemas';
import { BEARER_TOKENS } from './security-schemes';
import { ANSWER_SCHEMAS, type Schema } from './schemas';
import { TAGS } from './tags';
import { describeVerification } from './verification-routes';

/** Methods that one who reports deliveries uses; the route answers all there are, and Nest would list eight. */
const OF_WEBHOOKS = ['get', 'post'];

/** Describes the whole application, with the routes that it has outside production. */
export async function createDocument(): Promise<OpenAPIObject> {
  describeBodies();
  describeVerification();
  describeOperation();
  describeDevelopment();
  const settings = readSettings({ NODE_ENV: 'test', SMS_STORE: 'in-process' });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(settings),
    createAdapter(settings),
    { bodyParser: false, logger: false },
  );
  const document = SwaggerModule.createDocument(app, header(), { operationIdFactory });
  await app.close();
  return finish(document);
}

function header(): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Phone verification by SMS code')
    .setDescription(
      'Every refusal is a problem document (RFC 9457) with a stable `code`, and says in `Retry-After` how long to wait wherever that helps. Bodies are JSON of at most 4 KiB.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  for (const [name, description] of Object.entries(BEARER_TOKENS))
    builder.addSecurity(name, { type: 'http', scheme: 'bearer', description });
  return builder.build();
}

/** `AuthController.send` is `authSend`. */
function operationIdFactory(controller: string, method: string): string {
  const part = controller.replace(/Controller$/, '');
  return part.charAt(0).toLowerCase() + part.slice(1) + method.charAt(0).toUpperCase() + method.slice(1);
}

/** Adds the schemas that are no classes, and what decorators cannot say. */
function finish(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith('/webhooks/')) continue;
    for (const method of Object.keys(item)) {
      if (!OF_WEBHOOKS.includes(method)) Reflect.deleteProperty(item, method);
    }
  }
  const bodies = Object.fromEntries(
    Object.entries(document.components?.schemas ?? {}).map(([name, schema]): [string, Schema] => {
      if (!(name in BODIES) || '$ref' in schema) throw new TypeError(`${name} is no body that is described`);
      // A member that is not listed is refused.
      return [name, { ...schema, additionalProperties: false }];
    }),
  );
  document.components = {
    ...document.components,
    headers: HEADERS,
    schemas: { ...bodies, ...ANSWER_SCHEMAS, ...PROBLEM_SCHEMAS },
  };
  // As it is written to a file: without what is undefined.
  return JSON.parse(JSON.stringify(document)) as OpenAPIObject;
}
