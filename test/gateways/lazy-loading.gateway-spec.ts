import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, transpileModule } from 'typescript';
import type * as Gateways from '@app/sms-gateways';

const SDKS = ['twilio', 'axios', '@aws-sdk', '@smithy', '@vonage', 'node-fetch'];

/** The packages among SDKS of which a file is loaded now. */
function loadedSdks(): readonly string[] {
  const files = Object.keys(require.cache);
  return SDKS.filter((name) => files.some((file) => file.includes(`/node_modules/${name}/`)));
}

describe('the SDKs of the gateways', () => {
  beforeEach(() => {
    jest.resetModules();
  });

  it('stay unloaded while the library is loaded', () => {
    jest.requireActual('@app/sms-gateways');
    expect(loadedSdks()).toEqual([]);
  });

  it('stay unloaded until a gateway is made, which loads its own alone', () => {
    const { KannelSmsGateway, TwilioSmsGateway, WebhookSmsGateway } =
      jest.requireActual<typeof Gateways>('@app/sms-gateways');
    const account = { username: 'tester', password: 'geheim', from: 'Example' };
    new KannelSmsGateway({ url: 'http://127.0.0.1:9', ...account });
    new WebhookSmsGateway({ url: 'http://127.0.0.1:9', secret: 'geheim' });
    expect(loadedSdks()).toEqual([]);

    new TwilioSmsGateway({ accountSid: 'AC0', authToken: 'token', sender: { from: '+15005550006' } });
    expect(loadedSdks()).toEqual(['twilio', 'axios']);
  });

  it.each<[string, (gateways: typeof Gateways) => unknown]>([
    [
      'twilio',
      ({ TwilioSmsGateway }) =>
        new TwilioSmsGateway({ accountSid: 'AC0', authToken: 'token', sender: { from: '+15005550006' } }),
    ],
    [
      '@aws-sdk/client-pinpoint-sms-voice-v2',
      ({ AwsSmsGateway }) => new AwsSmsGateway({ region: 'eu-west-1', originationIdentity: 'pool-1' }),
    ],
    [
      '@vonage/auth',
      ({ VonageSmsGateway }) => new VonageSmsGateway({ apiKey: 'key', apiSecret: 'secret', from: 'Example' }),
    ],
  ])('are asked for by name when a gateway is made without its own: %s', (packageName, make) => {
    jest.doMock(packageName, () => {
      throw new Error(`Cannot find module '${packageName}'`);
    });
    const gateways = jest.requireActual<typeof Gateways>('@app/sms-gateways');
    expect(() => make(gateways)).toThrow(
      `a configured gateway needs the package ${packageName}: npm install ${packageName}`,
    );
    jest.dontMock(packageName);
  });
});

describe('what speaks SMPP', () => {
  const isLoaded = (): boolean => Object.keys(require.cache).some((file) => file.includes('/smpp/codec/'));

  it('stays unloaded until an SMPP gateway is made', async () => {
    jest.resetModules();
    const { SmppSmsGateway } = jest.requireActual<typeof Gateways>('@app/sms-gateways');
    expect(isLoaded()).toBe(false);
    const account = { systemId: 'tester', password: 'geheim' };
    const gateway = new SmppSmsGateway({ host: '127.0.0.1', port: 9, ...account });
    expect(isLoaded()).toBe(true);
    await gateway.close();
  });
});

describe('loadSdk', () => {
  // A copy far from this installation, where no SDK can be found.
  const directory = mkdtempSync(join(tmpdir(), 'load-sdk-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('names the package to install when it is missing', () => {
    const source = readFileSync(join(__dirname, '../../libs/sms-gateways/src/load-sdk.ts'), 'utf8');
    const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS } });
    writeFileSync(join(directory, 'load-sdk.js'), outputText);
    const script = `
      try { require('./load-sdk').loadSdk('@vonage/sms'); console.log('loaded'); }
      catch (error) { console.log(error.name + ': ' + error.message + ' <- ' + error.cause.code); }`;
    const output = execFileSync(process.execPath, ['-e', script], {
      cwd: directory,
      encoding: 'utf8',
      env: {},
    });
    expect(output.trim()).toBe(
      'SdkMissingError: a configured gateway needs the package @vonage/sms: npm install @vonage/sms <- MODULE_NOT_FOUND',
    );
  });
});
