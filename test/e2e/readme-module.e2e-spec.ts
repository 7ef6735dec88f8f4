import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import ts from 'typescript';
import type { PhoneNumber, SentVerification } from '@app/sms-verification';
import { AppModule } from '../../apps/api/src/app.module';
import { readSettings } from '../../apps/api/src/config/settings';
import { configureApp, createAdapter } from '../../apps/api/src/configure-app';
import { ApiClient, tokenOf } from '../support/api-client';
import { codeBlocks, readDocument, ROOT } from '../support/markdown';
import { freshPhone } from '../support/phones';

const FOLDER = join(ROOT, 'test-results/readme-module');
const MODULES = codeBlocks(readDocument('README.md')).filter(({ language }) => language === 'ts');
const OF_DOCS = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((document) =>
    codeBlocks(readDocument(`docs/${document}`))
      .filter(({ language }) => language === 'ts')
      .map(({ text }, index) => ({ text, name: `${document}-${String(index)}.ts` })),
  );
const FILES = [...MODULES, ...OF_DOCS].map(({ name }) => join(FOLDER, name));

interface Forgotten {
  sendCode(phone: string): Promise<SentVerification>;
}

describe('the module of the README', () => {
  beforeAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    // docs/api.md says to copy it.
    copyFileSync(join(ROOT, 'apps/api/openapi.d.ts'), join(FOLDER, 'openapi.d.ts'));
    [...MODULES, ...OF_DOCS].forEach(({ name, text }) => {
      writeFileSync(join(FOLDER, name), text);
    });
  });

  it.each(MODULES)('takes at most ten lines: $name', ({ text }) => {
    expect(text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(10);
  });

  it('compiles under the settings of this project, as all TypeScript of the documents does', () => {
    const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
    const program = ts.createProgram(FILES, { ...options, noEmit: true });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    expect(MODULES).toHaveLength(2);
    expect(OF_DOCS.length).toBeGreaterThan(1);
  });

  describe('in this application', () => {
    let app: NestFastifyApplication;
    let client: ApiClient;
    let forgotten: Forgotten;

    beforeAll(async () => {
      const load = (file: string, name: string): Type => {
        const found = jest.requireActual<Record<string, Type>>(join(FOLDER, file))[name];
        if (found === undefined) throw new Error(`${file} does not export ${name}`);
        return found;
      };
      const controller = load('password.controller.ts', 'PasswordController');
      const service = load('forgotten-password.service.ts', 'ForgottenPasswordService');
      const settings = readSettings({ NODE_ENV: 'test', SMS_STORE: 'in-process' });
      const testing = await Test.createTestingModule({
        imports: [AppModule.register(settings)],
        controllers: [controller],
        providers: [service],
      }).compile();
      app = testing.createNestApplication<NestFastifyApplication>(createAdapter(settings), {
        bodyParser: false,
        logger: false,
      });
      configureApp(app);
      await app.listen(0, '127.0.0.1');
      client = new ApiClient(await app.getUrl());
      forgotten = app.get<Forgotten>(service);
    });
    afterAll(async () => {
      await client.close();
      await app.close();
    });

    it('sends a code through the service, and lets who proves the phone pass the protected route once', async () => {
      const phone = freshPhone();
      const sent = await forgotten.sendCode(phone);
      expect(sent).toMatchObject({ purpose: 'reset_password' });
      expect(e164(sent.phone)).toBe(phone);

      const code = await client.newestCode(phone);
      const verified = await client.verify(phone, code, sent.verificationId, 'reset_password');
      const proof = { 'verification-proof': tokenOf(verified) };
      expect(await client.post('/password/reset', {}, proof)).toMatchObject({
        status: 201,
        body: { changedFor: phone },
      });
      expect(await client.post('/password/reset', {}, proof)).toMatchObject({
        status: 401,
        body: { code: 'proof_invalid' },
      });
    });

    it('lets nobody pass the protected route without a proof, or with one for another purpose', async () => {
      const phone = freshPhone();
      const { verificationId } = await client.send(phone, 'login');
      const verified = await client.verify(phone, await client.newestCode(phone), verificationId, 'login');
      for (const headers of [{}, { 'verification-proof': tokenOf(verified) }]) {
        expect(await client.post('/password/reset', {}, headers)).toMatchObject({
          status: 401,
          body: { code: 'proof_invalid' },
        });
      }
    });
  });
});

const e164 = (phone: PhoneNumber): string => phone.e164;
