import { ANDROID_APP_HASH_PATTERN, lastLine, MessageFormats, WEB_OTP_HOST_PATTERN } from './message-format';

const HASH = 'FA+9qCX9VSu';

describe(MessageFormats.name, () => {
  const formats = new MessageFormats(['example.com', 'example.org'], [HASH]);

  it('knows every format that may be sent', () => {
    expect(formats.all).toEqual([
      { kind: 'plain' },
      { kind: 'web-otp', host: 'example.com' },
      { kind: 'web-otp', host: 'example.org' },
      { kind: 'android', appHash: HASH },
    ]);
  });

  it('takes the first that is configured for a client that names none', () => {
    expect(formats.choose({ kind: 'plain' })).toEqual({ kind: 'plain' });
    expect(formats.choose({ kind: 'web-otp' })).toEqual({ kind: 'web-otp', host: 'example.com' });
    expect(formats.choose({ kind: 'android' })).toEqual({ kind: 'android', appHash: HASH });
  });

  it('takes the configured one that a client names', () => {
    const format = { kind: 'web-otp', host: 'example.org' } as const;
    expect(formats.choose(format)).toEqual(format);
  });

  it('refuses a host or a hash that is not configured: it would hand the code to another site or app', () => {
    expect(formats.choose({ kind: 'web-otp', host: 'example.net' })).toBeUndefined();
    expect(formats.choose({ kind: 'web-otp', host: 'EXAMPLE.com' })).toBeUndefined();
    expect(formats.choose({ kind: 'android', appHash: 'AAAAAAAAAAA' })).toBeUndefined();
    expect(new MessageFormats([], []).choose({ kind: 'web-otp' })).toBeUndefined();
    expect(new MessageFormats([], []).choose({ kind: 'android' })).toBeUndefined();
  });
});

describe(lastLine.name, () => {
  it.each([
    [{ kind: 'plain' }, ''],
    [{ kind: 'web-otp', host: 'example.com' }, '\n@example.com #012345'],
    [{ kind: 'android', appHash: HASH }, `\n${HASH}`],
  ] as const)('ends %j as its specification says', (format, expected) => {
    expect(lastLine(format, '012345')).toBe(expected);
  });
});

describe('the patterns', () => {
  it.each(['example.com', 'a.b-c.example', 'xn--bcher-kva.example', 'localhost'])(
    'take the host %s',
    (host) => {
      expect(host).toMatch(WEB_OTP_HOST_PATTERN);
    },
  );

  it.each([
    '',
    'Example.com',
    'https://example.com',
    'example.com:443',
    'example.com/',
    'example.com #1',
    'bücher.example',
    '-a.example',
    'a..example',
    '.example',
    'example.com\n',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(130),
  ])('refuse the host %j', (host) => {
    expect(host).not.toMatch(WEB_OTP_HOST_PATTERN);
  });

  it('take 11 characters of base64 for a hash and nothing else', () => {
    expect(HASH).toMatch(ANDROID_APP_HASH_PATTERN);
    for (const wrong of ['', 'FA+9qCX9VS', 'FA+9qCX9VSuu', 'FA-9qCX9VSu', `${HASH}\n`, 'FA+9qCX9VS ']) {
      expect(wrong).not.toMatch(ANDROID_APP_HASH_PATTERN);
    }
  });
});
