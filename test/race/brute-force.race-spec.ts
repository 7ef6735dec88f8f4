import { wrongCode, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

const GUESSES = 200;
const MAX_ATTEMPTS = 5;

const withCode = (answers: readonly Answer[], code: string): Answer[] =>
  answers.filter(({ body }) => body['code'] === code);

describe.each(['redis', 'in-process'] as const)('guesses in parallel, %s store', (store) => {
  let api: TestApp;

  beforeAll(async () => {
    api = await startApp({ store });
  });
  afterAll(() => api.close());

  it(`evaluates exactly ${String(MAX_ATTEMPTS)} of ${String(GUESSES)} wrong guesses [ASVS 6.6.3] [NIST 3.2.2]`, async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const wrong = wrongCode(await api.client.newestCode(phone));
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, () => api.client.verify(phone, wrong, verificationId)),
    );

    // What the answers say: five were told what remains, each a different number; the rest were not judged.
    const evaluated = withCode(answers, 'code_invalid').map(({ body }) => body['attemptsRemaining']);
    expect(evaluated.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(withCode(answers, 'attempts_exhausted')).toHaveLength(GUESSES - MAX_ATTEMPTS);
    // What the storage's counters say.
    const status = await api.client.status(phone, verificationId);
    expect(status.body).toMatchObject({ state: 'locked', attemptsRemaining: 0 });
  });

  it('lets a right code among wrong ones win if and only if attempts remained when it was judged', async () => {
    let won = 0;
    let late = 0;
    for (let round = 0; round < 30; round += 1) {
      const phone = freshPhone();
      const { verificationId } = await api.client.send(phone);
      const code = await api.client.newestCode(phone);
      // The right code takes each place from first to beyond the fifth in turn.
      const place = round % 12;
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          api.client.verify(phone, index === place ? code : wrongCode(code), verificationId),
        ),
      );
      const right = answers[place];
      const evaluatedWrong = answers.filter(({ body }) => 'attemptsRemaining' in body).length;
      if (right?.status === 200) {
        won += 1;
        // It was judged while attempts remained: fewer than five wrong guesses can have been judged before,
        // and none after, since the verification was spent.
        expect(evaluatedWrong).toBeLessThan(MAX_ATTEMPTS);
      } else {
        late += 1;
        expect(right).toMatchObject({ status: 429, body: { code: 'attempts_exhausted' } });
        expect(evaluatedWrong).toBe(MAX_ATTEMPTS);
      }
    }
    // Both sides of "if and only if" were really seen.
    expect(won).toBeGreaterThan(0);
    expect(late).toBeGreaterThan(0);
  });
});
