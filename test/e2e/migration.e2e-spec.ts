import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { CodeInvalidError, SmsVerificationService, type PhoneNumber } from '@app/sms-verification';
import { codeBlocks, readDocument, ROOT } from '../support/markdown';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

const FOLDER = join(ROOT, 'test-results/migration');

interface VerifyInBoth {
  verifyLogin(guess: { phone: string; code: string; verificationId?: string }): Promise<PhoneNumber>;
}

/** The service of docs/migration.md, as it stands there. */
function load(): Type<VerifyInBoth> {
  const [block] = codeBlocks(readDocument('docs/migration.md')).filter(({ language }) => language === 'ts');
  if (block === undefined) throw new Error('docs/migration.md has no TypeScript');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, block.name);
  writeFileSync(file, block.text);
  const found = jest.requireActual<Record<string, Type<VerifyInBoth>>>(file)['VerifyInBothService'];
  if (found === undefined) throw new Error(`${block.name} does not export VerifyInBothService`);
  return found;
}

describe('a service that verifies in the old way and in the new', () => {
  let api: TestApp;
  let both: VerifyInBoth;
  const old = new Map<string, string>();

  beforeAll(async () => {
    api = await startApp({ store: 'in-process' });
    const codes = {
      verifyAndForget: (phone: string, code: string): Promise<boolean> => {
        const right = old.get(phone) === code;
        old.delete(phone);
        return Promise.resolve(right);
      },
    };
    both = new (load())(api.app.get(SmsVerificationService), codes);
  });
  afterAll(() => api.close());

  it('takes a code that the old one sent, once', async () => {
    const phone = freshPhone();
    old.set(phone, '123456');
    expect((await both.verifyLogin({ phone, code: '123456' })).e164).toBe(phone);
    await expect(both.verifyLogin({ phone, code: '123456' })).rejects.toThrow(CodeInvalidError);
  });

  it('takes a code that the new one sent, once', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const guess = { phone, code: await api.client.newestCode(phone), verificationId };
    expect((await both.verifyLogin(guess)).e164).toBe(phone);
    await expect(both.verifyLogin(guess)).rejects.toThrow(CodeInvalidError);
  });

  it('takes no new code the old way, and no old code the new way', async () => {
    const phone = freshPhone();
    old.set(phone, '123456');
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    const wrong = code === '123456' ? '654321' : '123456';
    await expect(both.verifyLogin({ phone, code: wrong, verificationId })).rejects.toThrow(CodeInvalidError);
    await expect(both.verifyLogin({ phone, code: code === '123456' ? '000000' : code })).rejects.toThrow(
      CodeInvalidError,
    );
  });
});
