import { isRate, isUsd, parseAddress, parseDuration, parseList, parseRate } from './text-formats';

describe(parseDuration.name, () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['999999s', 999_999_000],
  ])('reads %s as %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '10',
    'm',
    '10 m',
    ' 10m',
    '10m ',
    '10M',
    '10w',
    '-1m',
    '+1m',
    '1.5h',
    '1e3s',
    '1h30m',
    '1000000s',
    '10m\n',
    '１m',
  ])('cannot read %j', (text) => {
    expect(parseDuration(text)).toBeNaN();
  });
});

describe(parseRate.name, () => {
  it('reads a count and a duration', () => {
    expect(parseRate('20/10m')).toEqual({ count: 20, durationMs: 600_000 });
  });

  it.each([
    '',
    '20',
    '/10m',
    '20/',
    '20/10',
    'x/10m',
    '-1/10m',
    '1.5/10m',
    '20 / 10m',
    '20/10m/',
    '20/10m/1h',
    '1000000/10m',
  ])('cannot read %j', (text) => {
    const { count, durationMs } = parseRate(text);

    expect(Number.isNaN(count) || Number.isNaN(durationMs)).toBe(true);
  });
});

describe(parseList.name, () => {
  it('reads what stands between the commas, without the spaces around it', () => {
    expect(parseList('login, register ,reset_password')).toEqual(['login', 'register', 'reset_password']);
  });

  it('keeps what is empty, for the reader of the item to refuse', () => {
    expect(parseList('')).toEqual(['']);
    expect(parseList('60,,120,')).toEqual(['60', '', '120', '']);
  });
});

describe(isRate.name, () => {
  const accepts = (text: string): boolean => isRate(text, [2, 5], [1_000, 60_000]);

  it.each(['2/1s', '5/1m', '3/60s'])('accepts %s within its bounds', (text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each(['1/1s', '6/1s', '3/0s', '3/61s', '3/1h', '3', 'login'])('refuses %s', (text) => {
    expect(accepts(text)).toBe(false);
  });
});

describe(isUsd.name, () => {
  it.each(['0', '0.5', '0.05', '49.99', '100', '100.00'])('accepts %s', (text) => {
    expect(isUsd(text, [0, 100])).toBe(true);
  });

  it.each(['', '-1', '100.01', '101', '.5', '5.', '0.005', '1e2', '1,50', '$5', '5 USD', ' 5', 'Infinity'])(
    'refuses %j',
    (text) => {
      expect(isUsd(text, [0, 100])).toBe(false);
    },
  );
});

describe(parseAddress.name, () => {
  it.each([
    ['redis:6379', { host: 'redis', port: 6_379 }],
    ['redis-1.example.com:1', { host: 'redis-1.example.com', port: 1 }],
    ['10.0.0.1:65535', { host: '10.0.0.1', port: 65_535 }],
    ['[::1]:26379', { host: '::1', port: 26_379 }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each([
    '',
    'redis',
    'redis:',
    ':6379',
    'redis:0',
    'redis:65536',
    'redis:63 79',
    '::1:6379',
    '[::g]:1',
    'a@b:1',
  ])('cannot read %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
