import { wrongCode } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

/** A right code and a wrong guess at a time, so many rounds on each store. */
export function raceRightBesideWrong(rounds: number): void {
  describe.each(['redis', 'in-process'] as const)('a right code beside a wrong guess, %s store', (store) => {
    let api: TestApp;

    beforeAll(async () => {
      api = await startApp({ store });
    });
    afterAll(() => api.close());

    it(`succeeds ${String(rounds)} times of ${String(rounds)} (R3)`, async () => {
      let succeeded = 0;
      for (let round = 0; round < rounds; round += 1) {
        const phone = freshPhone();
        const { verificationId } = await api.client.send(phone);
        const code = await api.client.newestCode(phone);
        const wrong = wrongCode(code);
        // Which of the two is sent first alternates, so that neither order is favoured.
        const order = round % 2 === 0 ? [code, wrong] : [wrong, code];
        const answers = await Promise.all(
          order.map((guess) => api.client.verify(phone, guess, verificationId)),
        );
        const right = answers[order.indexOf(code)];
        if (right?.status === 200) succeeded += 1;
      }
      expect(succeeded).toBe(rounds);
    });
  });
}
