import { FailoverSmsGateway } from '@app/sms-gateways';
import { MessageRefusedError, OutcomeUnknownError } from '@app/sms-verification';
import { accept, neverAnswer, ScriptedGateway } from '../support/gateways';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

/** A generator of numbers in [0, 1) that a seed fixes (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('a first gateway that fails three times in ten, and a healthy second', () => {
  const SENDS = 1_000;
  const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
  const first = new ScriptedGateway();
  const second = new ScriptedGateway();
  let api: TestApp;

  beforeAll(async () => {
    const gateway = new FailoverSmsGateway({
      gateways: [
        { name: 'first', gateway: first },
        { name: 'second', gateway: second },
      ],
      order: ['first', 'second'],
      timeoutMs: 3_000,
      // The breaker stays shut here: each message is to meet the failures by itself.
      failuresToRest: SENDS,
      restMs: 1_000,
      concurrency: 1_000,
    });
    api = await startApp({ gateway });
  });
  afterAll(() => api.close());

  it('delivers each message once, each code verifies, and nothing of a failure stays', async () => {
    console.log(`FUZZ_SEED=${String(seed)}`);
    const random = seeded(seed);
    const accepted: string[] = [];
    first.behaviour = ({ phone }) => {
      if (random() < 0.3) return Promise.reject(new MessageRefusedError('busy'));
      accepted.push(phone.e164);
      return accept();
    };
    second.behaviour = ({ phone }) => {
      accepted.push(phone.e164);
      return accept();
    };
    const phones = Array.from({ length: SENDS }, freshPhone);
    const one = async (phone: string): Promise<number> => {
      const { verificationId } = await api.client.send(phone);
      const handed = [first, second].flatMap(({ handed: all }) =>
        all.filter((sms) => sms.phone.e164 === phone),
      );
      expect(new Set(handed.map(({ code }) => code)).size).toBe(1);
      const answer = await api.client.verify(phone, handed[0]?.code ?? '', verificationId);
      // A success clears the cooldown; had a failed attempt left a place in the quota, it would show here.
      return answer.status;
    };
    const statuses: number[] = [];
    while (phones.length > 0) statuses.push(...(await Promise.all(phones.splice(0, 20).map(one))));
    expect(statuses.filter((status) => status === 200)).toHaveLength(SENDS);
    expect(accepted).toHaveLength(SENDS);
    expect(new Set(accepted).size).toBe(SENDS);
    expect(second.handed.length).toBeGreaterThan(SENDS * 0.2);
  });
});

describe('a gateway in trouble (F13)', () => {
  it.each([
    ['hangs', neverAnswer],
    ['answers with an error of its own', () => Promise.reject(new MessageRefusedError('HTTP 500'))],
    ['loses its answers', () => Promise.reject(new OutcomeUnknownError('connection reset'))],
  ])(
    'that %s is left alone after a while, and its messages go by the next one with the same code',
    async (_how, behaviour) => {
      const first = new ScriptedGateway();
      const second = new ScriptedGateway();
      first.behaviour = behaviour;
      const gateway = new FailoverSmsGateway({
        gateways: [
          { name: 'first', gateway: first },
          { name: 'second', gateway: second },
        ],
        order: ['first', 'second'],
        timeoutMs: 50,
        failuresToRest: 3,
        restMs: 60_000,
        concurrency: 10,
      });
      const api = await startApp({ store: 'in-process', gateway });
      for (let send = 0; send < 6; send += 1) {
        const phone = freshPhone();
        const { verificationId } = await api.client.send(phone);
        const { code } = second.newestFor(phone);
        expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
      }
      // Three messages met the trouble, each once; the others did not have to.
      expect(first.handed).toHaveLength(3);
      expect(first.handed.map(({ code }) => code)).toEqual(second.handed.slice(0, 3).map(({ code }) => code));
      expect(gateway.states().get('first')).toBe('resting');
      await api.close();
    },
  );
});
