import { COMMANDS, readArguments, readPhone, UsageError } from './arguments';

const PHONE = '+14155550100';

/** What is said of a command line that is not right. */
function complaint(...args: readonly string[]): string {
  try {
    readArguments(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'none';
}

describe(readArguments.name, () => {
  it('reads a command with its phone and options', () => {
    expect(readArguments(['block', PHONE, '--level', 'operator', '--for', '2h'])).toEqual({
      name: 'block',
      phone: PHONE,
      region: undefined,
      purpose: undefined,
      level: 'operator',
      durationMs: 7_200_000,
    });
    expect(readArguments(['explain', '--purpose=login', '0412 345 678', '--region', 'AU'])).toMatchObject({
      name: 'explain',
      phone: '0412 345 678',
      region: 'AU',
      purpose: 'login',
    });
  });

  it('blocks the narrowest range unless told otherwise', () => {
    expect(readArguments(['block', PHONE, '--for', '1d'])).toMatchObject({ level: 'range' });
  });

  it('takes - for a phone that comes from standard input', () => {
    expect(readArguments(['status', '-'])).toMatchObject({ phone: '-' });
  });

  it.each([[[]], [['--help']], [['block', '-h']], [['explain', PHONE, '--help']]])('helps: %j', (args) => {
    expect(readArguments(args)).toBe('help');
  });

  it.each([
    [['delete', PHONE], /one of status, explain, reset, block, unblock/],
    [['explain'], /phone number must follow/],
    [['explain', '+1 415', '555', '0100'], /One phone number at a time/],
    [['explain', PHONE, '--for', '2h'], /explain takes no --for/],
    [['reset', PHONE, '--level', 'range'], /reset takes no --level/],
    [['block', PHONE, '--for', '2h', '--purpose', 'login'], /block takes no --purpose/],
    [['block', PHONE], /block needs --for/],
    [['unblock', PHONE, '--for', 'soon'], /unblock needs --for/],
    [['block', PHONE, '--for', '0s'], /block needs --for/],
    [['block', PHONE, '--for', '367d'], /at most 366d/],
    [['block', PHONE, '--for', '1h', '--level', 'world'], /--level must be one of country, operator, range/],
    [['explain', PHONE, '--all'], /option is unknown/],
  ])('refuses %j', (args, message) => {
    expect(complaint(...args)).toMatch(message);
  });

  it('never repeats what was typed, which may be a number', () => {
    for (const name of [...COMMANDS, 'none'])
      for (const typed of [PHONE, `--${PHONE}`, `--purpose`, `--level=${PHONE}`, `--for=${PHONE}`])
        expect(complaint(name, typed, PHONE, typed)).not.toMatch(/415/);
  });
});

describe(readPhone.name, () => {
  it('reads a number, also with the end of a line behind it', () => {
    expect(readPhone(`${PHONE}\n`, undefined).e164).toBe(PHONE);
    expect(readPhone('0412 345 678', 'AU').e164).toBe('+61412345678');
  });

  it.each(['', '12', '+1415555', '+18005550100'])('refuses %j', (typed) => {
    expect(() => readPhone(typed, undefined)).toThrow(UsageError);
  });
});
