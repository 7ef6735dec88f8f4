import { failureReason } from './failure-reason';

describe(failureReason.name, () => {
  it.each([
    ["21211: The 'To' number +14155550100 is not valid", "21211: The 'To' number ••• is not valid"],
    ['cannot route to +1 (415) 555-0100 today', 'cannot route to ••• today'],
    ['refused "012345 is your code"', 'refused "••• is your code"'],
    ['21610: the carrier blocked the sender', '21610: the carrier blocked the sender'],
    ['status 503', 'status 503'],
  ])('writes %p as %p', (text, reason) => {
    expect(failureReason(new Error(text))).toBe(reason);
  });

  it('tells the causes, as little telling', () => {
    const cause = new Error('at +14155550100', { cause: 'code 123456' });
    expect(failureReason(new Error('failed', { cause }))).toBe('failed <- at •••');
  });

  it('tells nothing of what is no error', () => {
    expect(failureReason('ERR +14155550100')).toBe('the gateway threw what is no error');
  });

  it('ends, though an error be its own cause', () => {
    const error = new Error('again');
    error.cause = error;
    expect(failureReason(error)).toMatch(/^again( <- again){4}$/);
  });
});
