import { Environment, EnvironmentError, readEnvironment } from './environment';

function problemsOf(source: NodeJS.ProcessEnv): readonly string[] {
  try {
    readEnvironment(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe(readEnvironment.name, () => {
  it('gives every setting its default when nothing is set', () => {
    const { shared } = readEnvironment({});

    expect(shared).toEqual(new Environment());
    expect(shared.NODE_ENV).toBe('development');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(
      readEnvironment({ PORT: '', SMS_PURPOSES: '', REDIS_URL: '', SMS_MAX_ATTEMPTS_LOGIN: '' }).shared,
    ).toEqual(new Environment());
  });

  it('leaves the variables of others alone', () => {
    expect(problemsOf({ PATH: '/bin', HOSTNAME: 'x y', npm_config_yes: '?', TWILIO_TOKEN: '' })).toEqual([]);
  });

  it.each(['SMS_CODE_LENGHT', 'SMS_MAX_ATTEMPTS_PAY', 'SMS_CODE_LENGTH_LOGIN', 'SMS_', 'SMS_TYPO_LOGIN'])(
    'refuses %s, which would be ignored silently',
    (name) => {
      expect(problemsOf({ [name]: '6' })).toEqual([`${name} is not a setting of this application`]);
    },
  );

  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65_535],
    ['SMS_CODE_LENGTH', '10', 10],
    ['SMS_MAX_ATTEMPTS', '1', 1],
    // Read as decimal, not as octal.
    ['SMS_CODE_EXPIRY_SECONDS', '060', 60],
  ] as const)('reads %s=%s as a number', (name, text, value) => {
    expect(readEnvironment({ [name]: text }).shared[name]).toBe(value);
  });

  it.each(['-1', '65536', '3000.5', '3e3', '0x10', ' 3000', '3000 ', 'NaN', '３０００', '9999999999'])(
    'does not read PORT=%j as a number',
    (text) => {
      expect(problemsOf({ PORT: text })).toEqual(['PORT must be a whole number from 0 to 65535']);
    },
  );

  describe('for a purpose', () => {
    it('reads what it has of its own over what is shared', () => {
      const { shared, byPurpose } = readEnvironment({
        SMS_PURPOSES: 'login,reset_password',
        SMS_MAX_ATTEMPTS: '4',
        SMS_MAX_ATTEMPTS_RESET_PASSWORD: '3',
        SMS_CODE_EXPIRY_SECONDS_LOGIN: '120',
        SMS_COOLDOWN_SECONDS_LOGIN: '30',
      });

      expect(shared).toMatchObject({ SMS_MAX_ATTEMPTS: 4, SMS_CODE_EXPIRY_SECONDS: 300 });
      expect(byPurpose.get('login')).toMatchObject({
        SMS_MAX_ATTEMPTS: 4,
        SMS_CODE_EXPIRY_SECONDS: 120,
        SMS_COOLDOWN_SECONDS: '30',
      });
      expect(byPurpose.get('reset_password')).toMatchObject({
        SMS_MAX_ATTEMPTS: 3,
        SMS_CODE_EXPIRY_SECONDS: 300,
        SMS_COOLDOWN_SECONDS: '60,60,120,300',
      });
    });

    it('names its own variable when that is wrong, and not the shared one', () => {
      expect(problemsOf({ SMS_MAX_ATTEMPTS_LOGIN: '0' })).toEqual([
        'SMS_MAX_ATTEMPTS_LOGIN must be a whole number from 1 to 10',
      ]);
    });

    it('names a shared variable once, however many purposes there are', () => {
      expect(problemsOf({ SMS_MAX_ATTEMPTS: '0' })).toEqual([
        'SMS_MAX_ATTEMPTS must be a whole number from 1 to 10',
      ]);
    });
  });

  describe('TRUST_PROXY', () => {
    it.each(['0', '1', '10', '10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32', '10.0.0.0/8, ::1/128'])(
      'accepts %s',
      (text) => {
        expect(problemsOf({ TRUST_PROXY: text })).toEqual([]);
      },
    );

    // A number that is out of bounds must not pass for an address: it would trust that many hops.
    it.each([
      '11',
      '99',
      '1000',
      '-1',
      'true',
      'cafe',
      '999.1.1.1',
      '10.0.0.0/33',
      '10.0.0.0/0',
      '::1/129',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.1,',
      'loopback',
    ])('refuses %s', (text) => {
      expect(problemsOf({ TRUST_PROXY: text })).toEqual([
        expect.stringMatching(/^TRUST_PROXY must be the number of/),
      ]);
    });
  });

  it('counts a secret in bytes, up to what the library takes', () => {
    expect(problemsOf({ SMS_CODE_SECRET: 'é'.repeat(16), SMS_PHONE_KEY: 's'.repeat(1_024) })).toEqual([]);
    expect(problemsOf({ SMS_CODE_SECRET: 's'.repeat(31), SMS_PHONE_KEY: 's'.repeat(1_025) })).toHaveLength(2);
  });

  it('names everything that is wrong at once, one line each, and shows no value [ASVS 16.2.5]', () => {
    const marker = 'hunter2';
    const names = [
      'NODE_ENV',
      'PORT',
      'TRUST_PROXY',
      'SMS_STORE',
      'REDIS_URL',
      'SMS_CODE_SECRET',
      'SMS_CODE_SECRET_PREVIOUS',
      'SMS_PHONE_KEY',
      'SMS_PHONE_QUOTA',
      'SMS_MAX_ATTEMPTS_LOGIN',
      'SMS_TYPO',
    ];
    const source = Object.fromEntries(names.map((name) => [name, marker]));
    const { message, problems } = new EnvironmentError(problemsOf(source));

    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(expect.arrayContaining(names));
    expect(problems).toHaveLength(names.length);
    expect(message.split('\n')).toHaveLength(names.length + 1);
    expect(message).not.toContain(marker);
  });
});
