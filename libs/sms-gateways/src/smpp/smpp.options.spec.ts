import { smppSettings, type SmppOptions } from './smpp.options';

const ACCOUNT = { host: 'smsc.example.com', port: 2775, systemId: 'tester', password: 'geheim' };

describe(smppSettings, () => {
  it.each<[string, Partial<SmppOptions>]>([
    ['a password longer than the specification has room for', { password: 'x'.repeat(255) }],
    ['a sender in Latin-1', { sourceAddr: 'Café' }],
  ])('takes %s', (_, options) => {
    expect(smppSettings({ ...ACCOUNT, ...options })).toMatchObject(options);
  });

  it.each<[Partial<SmppOptions>, string]>([
    [{ dataCoding: 256 }, 'smpp: dataCoding must be between 0 and 255'],
    [{ systemId: 'x'.repeat(16) }, 'smpp: the length of systemId must be between 0 and 15'],
    [{ password: 'x'.repeat(256) }, 'smpp: the length of password must be between 0 and 255'],
    [{ sourceTon: 256 }, 'smpp: sourceTon must be between 0 and 255'],
    [{ destNpi: -1 }, 'smpp: destNpi must be between 0 and 255'],
    [{ rebindMinMs: -100 }, 'smpp: rebindMinMs must be between 1 and 2147483647'],
    [{ rebindMaxMs: NaN }, 'smpp: rebindMaxMs must be between 1 and 2147483647'],
    [{ password: 'a\0b' }, 'smpp: password must be of Latin-1 characters, and none of them NUL'],
    [{ sourceAddr: 'Ex€' }, 'smpp: sourceAddr must be of Latin-1 characters, and none of them NUL'],
  ])('refuses what its field cannot carry: %j', (options, reason) => {
    expect(() => smppSettings({ ...ACCOUNT, ...options })).toThrow(new RangeError(reason));
  });
});
