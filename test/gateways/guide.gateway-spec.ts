import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookForgedError, type SmsGateway } from '@app/sms-verification';
import * as ts from 'typescript';
import { LoopbackPeer } from './loopback-peer';
import { freshMessage, outcomeOf, patience } from './messages';

const ROOT = join(__dirname, '../..');
const GUIDE = join(ROOT, 'docs/gateways.md');

/** The example of the section "Write your own", as a reader would copy it. */
function exampleInGuide(): string {
  const [, section = ''] = readFileSync(GUIDE, 'utf8').split('\n## Write your own\n');
  const [, example] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  if (example === undefined) throw new Error(`no example under "Write your own" in ${GUIDE}`);
  return example;
}

/** What the compiler, as strict as for the rest of the project, says of a file with this text. */
function complaintsAbout(source: string): readonly string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const file = join(ROOT, 'libs/sms-gateways/src/example-in-guide.ts');
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? source : readFile(name));
  host.getSourceFile = (name, language, ...rest) =>
    name === file
      ? ts.createSourceFile(name, source, language)
      : getSourceFile.call(host, name, language, ...rest);
  const program = ts.createProgram([file], options, host);
  const found = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(found), ...program.getSemanticDiagnostics(found)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

describe('the example in docs/gateways.md', () => {
  const source = exampleInGuide();

  it('has 30 lines at most', () => {
    const lines = source.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(30);
  });

  it('compiles under the settings of the project', () => {
    expect(complaintsAbout(source)).toEqual([]);
  });

  it('would not compile with a mistake in it', () => {
    expect(complaintsAbout(source.replace('phone.e164', 'phone.number'))).toHaveLength(1);
  });

  describe('at work', () => {
    const directory = mkdtempSync(join(tmpdir(), 'guide-'));
    const KEY = 'pigeon-key';
    let create: new (url: string, key: string) => SmsGateway;
    let peer: LoopbackPeer;

    beforeAll(() => {
      const file = join(directory, 'pigeon.sms-gateway.ts');
      writeFileSync(file, source);
      create = jest.requireActual<{ PigeonSmsGateway: typeof create }>(file).PigeonSmsGateway;
    });
    afterAll(() => {
      rmSync(directory, { recursive: true });
    });
    beforeEach(async () => {
      peer = await LoopbackPeer.start();
    });
    afterEach(() => peer.close());

    it('sends a message and returns its name', async () => {
      peer.answers(200, { id: 'coo-1' });
      const message = freshMessage();
      expect(await new create(peer.url, KEY).send(message, patience())).toEqual({ messageId: 'coo-1' });
      expect(peer.onlyRequest.headers.authorization).toBe(`Bearer ${KEY}`);
      expect(JSON.parse(peer.onlyRequest.body)).toEqual({ to: message.phone.e164, text: message.text });
    });

    it.each([
      [422, 'destination_invalid'],
      [400, 'refused'],
      [503, 'refused'],
    ])('takes %i for %s', async (status, outcome) => {
      peer.answers(status);
      const message = freshMessage();
      expect(await outcomeOf(new create(peer.url, KEY).send(message, patience()), message)).toBe(outcome);
    });

    it('leaves the outcome open when the connection is reset', async () => {
      peer.resets();
      const message = freshMessage();
      expect(await outcomeOf(new create(peer.url, KEY).send(message, patience()), message)).toBe('unknown');
    });

    it('reads a report that is signed and refuses one that is not', () => {
      const gateway = new create(peer.url, KEY);
      const body = Buffer.from('{"id":"coo-1","state":"delivered"}');
      const signature = createHmac('sha256', KEY).update(body).digest('hex');
      const read = (headers: Record<string, string>): unknown =>
        gateway.readWebhook?.({ url: 'https://example.com/webhooks/sms/pigeon', headers, body });
      expect(read({ 'pigeon-signature': signature })).toEqual([{ messageId: 'coo-1', state: 'delivered' }]);
      expect(() => read({ 'pigeon-signature': signature.replace(/^../, '00') })).toThrow(WebhookForgedError);
      expect(() => read({})).toThrow(WebhookForgedError);
    });
  });
});
