import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as ts from 'typescript';
import { RedisSmsCodeStorage } from './redis.sms-code.storage';

const SOURCES = join(__dirname, '../..');

interface Call {
  /** File, relative to the library's sources. */
  readonly file: string;
  /** What the method is called on, as written. */
  readonly on: string;
  readonly method: string;
  /** Name of the class member in which the call stands. */
  readonly member: string | undefined;
}

function sourceFiles(): ts.SourceFile[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join(SOURCES, file))
    .map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
}

/** Every method call in a file, such as `this.client.ping()`. */
function callsIn(source: ts.SourceFile): Call[] {
  const calls: Call[] = [];
  const visit = (node: ts.Node, member: string | undefined): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression;
      calls.push({
        file: relative(SOURCES, source.fileName),
        on: expression.getText(),
        method: name.text,
        member,
      });
    }
    const inside = ts.isMethodDeclaration(node) ? node.name.getText() : member;
    node.forEachChild((child) => {
      visit(child, inside);
    });
  };
  visit(source, undefined);
  return calls;
}

const sources = sourceFiles();
const calls = sources.flatMap(callsIn);
const STORAGE = 'storage/redis/redis.sms-code.storage.ts';
const SCRIPT = 'storage/redis/lua-script.ts';
/** Tells clients and their errors apart; send nothing by themselves. */
const LOST_REPLY = 'storage/redis/lost-reply.ts';
/** Tells clients apart by whether they have one stream; sends nothing by itself. */
const CHECK = 'storage/redis/check-redis-server.ts';
/** Hands scripts on to a connection that waits for replicas. */
const REPLICATED = 'storage/redis/replicated-client.ts';

describe(`${RedisSmsCodeStorage.name}: check and act in one step`, () => {
  it('sends no command but scripts: nothing is read in one command and written in the next [ASVS 15.4.2]', () => {
    // How a client is duplicated and listened to is no command.
    const onClient = calls.filter(
      ({ on, method }) => /(^|\.)client$/.test(on) && !/^(duplicate|once|nodes)$/.test(method),
    );
    const commands = onClient.map(({ file, method }) => `${file}: ${method}`);
    expect([...new Set(commands)].sort()).toEqual([`${SCRIPT}: eval`, `${SCRIPT}: evalsha`]);
  });

  it('leaves scripts to be run in one place alone [ASVS 15.4.2]', () => {
    const run = calls.filter(
      ({ file, method }) =>
        file !== REPLICATED && /^(eval|evalsha|fcall|script|multi|pipeline|watch)/i.test(method),
    );
    expect(run.map(({ file, on }) => [file, on])).toEqual([
      [SCRIPT, 'client'],
      [SCRIPT, 'client'],
    ]);
  });

  it('runs exactly one script in each method, and one for each key where a message has one of its own [ASVS 15.4.2]', () => {
    const own = calls.filter(
      ({ file, on }) =>
        file === STORAGE && /^(scripts\.\w+|this\.under\(policy\)\.\w+|this\.client)$/.test(on),
    );
    const perMethod = own.map(({ member, on, method }) => [member, `${on}.${method}`]);
    expect(perMethod).toEqual([
      ['issue', 'this.under(policy).issue.run'],
      ['verifyAndRemove', 'this.under(policy).verifyAndRemove.run'],
      ['recordKnown', 'scripts.recordKnown.run'],
      ['checkExistsAndGetTtl', 'this.under(policy).checkExistsAndGetTtl.run'],
      ['cancel', 'this.under(policy).cancel.run'],
      ['recordSent', 'scripts.recordSent.run'],
      ['recordSent', 'scripts.nameMessage.run'],
      ['recordSent', 'scripts.recordDelivery.run'],
      ['recordDelivery', 'scripts.findMessage.run'],
      ['recordDelivery', 'scripts.recordDelivery.run'],
      ['claimIdempotencyKey', 'scripts.claimIdempotencyKey.run'],
      ['readStatus', 'this.under(policy).readStatus.run'],
      ['redeemProof', 'scripts.redeemProof.run'],
      ['reset', 'this.under(policy).reset.run'],
      ['ping', 'scripts.proveWritable.run'],
    ]);
  });

  it('is the only part of the library that has a client [ASVS 15.4.2]', () => {
    const importers = sources
      .filter(({ statements }) =>
        statements.some(
          (statement) =>
            ts.isImportDeclaration(statement) && statement.moduleSpecifier.getText() === "'ioredis'",
        ),
      )
      .map(({ fileName }) => relative(SOURCES, fileName));
    expect(importers.sort()).toEqual([CHECK, LOST_REPLY, SCRIPT, REPLICATED]);
  });
});
