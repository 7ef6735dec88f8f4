import { foldConstants } from './lua-constants';

describe(foldConstants, () => {
  it('puts the value of each constant in its place, and its declaration away', () => {
    const source = "local MOST, WORD = 65535, 'I4'\nlocal SMALL = -7\nreturn MOST + SMALL, WORD .. '>'\n";
    expect(foldConstants(source)).toBe("\n\nreturn 65535 + -7, 'I4' .. '>'\n");
  });

  it.each([
    ["local TIME = '>I6'\nredis.call('TIME')", "\nredis.call('TIME')"],
    ['local TIME = 6\nredis.call("TIME")', '\nredis.call("TIME")'],
    ['local OPEN = 0\n-- OPEN stays', '\n-- OPEN stays'],
    ['local OPEN = 0\nREOPEN = OPENED + OPEN_AT', '\nREOPEN = OPENED + OPEN_AT'],
  ])('leaves texts, comments and other names as they are: %j', (source, folded) => {
    expect(foldConstants(source)).toBe(folded);
  });

  it.each([
    'local now = 5\nreturn now',
    'local MOST = math.huge\nreturn MOST',
    'local HALF = 1 / 2\nreturn HALF',
    'if now then\n  local MOST = 5\n  return MOST\nend',
  ])('leaves what is no constant, or none of the whole script: %j', (source) => {
    expect(foldConstants(source)).toBe(source);
  });
});
