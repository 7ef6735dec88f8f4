import { problem, PROBLEMS, wholeSeconds } from './problems';

describe(problem.name, () => {
  it('makes an RFC 9457 document with the fields of its kind [RFC 9457]', () => {
    expect(problem('cooldown', 'Wait a little.')).toEqual({
      type: '/problems/cooldown',
      title: PROBLEMS.cooldown.title,
      status: 429,
      detail: 'Wait a little.',
      code: 'cooldown',
    });
  });

  it('adds the members of the case [RFC 9457]', () => {
    expect(problem('cooldown', '', { retryAfter: 60 })).toMatchObject({ code: 'cooldown', retryAfter: 60 });
  });
});

describe('the table of problems', () => {
  it('has the documented statuses', () => {
    expect(
      Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status])),
    ).toMatchObject({
      invalid_request: 400,
      phone_invalid: 422,
      phone_not_supported: 422,
      purpose_unknown: 400,
      cooldown: 429,
      quota_exceeded: 429,
      rate_limited: 429,
      code_invalid: 400,
      attempts_exhausted: 429,
      proof_invalid: 401,
      gateway_unavailable: 503,
      storage_unavailable: 503,
    });
  });

  it.each(Object.entries(PROBLEMS))(
    'gives %s a code to rely on, a title and a remedy',
    (code, { title, remedy }) => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('sends people to wait for "retryAfter" only where an answer can carry it', () => {
    const naming = Object.entries(PROBLEMS).filter(([, { remedy }]) => remedy.includes('"retryAfter"'));

    for (const [, { status }] of naming) expect([429, 503]).toContain(status);
  });
});

describe(wholeSeconds.name, () => {
  it.each([
    [0, 0],
    [1, 1],
    [999, 1],
    [1_000, 1],
    [1_001, 2],
    [59_999, 60],
    [60_000, 60],
  ])('gives %i ms as %i s, so that waiting as told is always enough [RFC 9110 §10.2.3]', (ms, seconds) => {
    expect(wholeSeconds(ms)).toBe(seconds);
  });
});
