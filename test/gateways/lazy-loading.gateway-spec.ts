import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, transpileModule } from 'typescript';
import type * as Twilio from '../../libs/sms-gateways/src/twilio/twilio.sms-gateway';

const SDKS = ['twilio', 'axios', '@aws-sdk', '@smithy', '@vonage', 'node-fetch', 'smpp'];

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

  it('stay unloaded while the adapters are loaded, and until one of them is made', () => {
    const { TwilioSmsGateway } = jest.requireActual<typeof Twilio>(
      '../../libs/sms-gateways/src/twilio/twilio.sms-gateway',
    );
    for (const name of ['aws', 'vonage', 'kannel', 'webhook']) {
      jest.requireActual(`../../libs/sms-gateways/src/${name}/${name}.sms-gateway`);
    }
    expect(loadedSdks()).toEqual([]);

    new TwilioSmsGateway({ accountSid: 'AC0', authToken: 'token', sender: { from: '+15005550006' } });
    expect(loadedSdks()).toEqual(['twilio', 'axios']);
  });
});

describe('loadSdk', () => {
  // A copy far from this installation, where no SDK can be found.
  const directory = mkdtempSync(join(tmpdir(), 'load-sdk-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('names the package to install when it is missing', () => {
    const source = readFileSync(join(__dirname, '../../libs/sms-gateways/src/http/load-sdk.ts'), 'utf8');
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
