import { setTimeout } from 'node:timers/promises';
import { PhoneNumber } from '../../../libs/sms-verification/src/phone/phone-number';
import { OPERATIONS, PLACES, type Figures, type Operation, type Place } from '../../sizing/figures';
import { inFlight } from '../runner/in-flight';
import { summary } from '../runner/rounds';
import { infoNumber } from '../runner/server-side';
import { spreadPhone } from './spread-phone';
import { ServiceOnPlaces } from './service-on-places';

const ROUNDS = 5;
const PEOPLE = 2_000;
const CONCURRENCY = 32;
const COOLDOWN_MS = 1_000;

interface Person {
  readonly phone: PhoneNumber;
  readonly network: string;
  verificationId: string;
  token: string;
}

/** Microseconds of Redis for each operation, by the place of its keys: medians of the rounds. */
export async function redisTime(): Promise<Figures['redis']> {
  const places = await ServiceOnPlaces.start({ cooldownsMs: [COOLDOWN_MS] });
  const found = new Map<string, number[]>();
  try {
    // The first round warms up: it sends the scripts in full.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const people = Array.from({ length: PEOPLE }, (_, index) => person(round * PEOPLE + index));
      for (const operation of OPERATIONS) {
        if (operation === 'resend') await setTimeout(2 * COOLDOWN_MS);
        const before = await busy(places);
        await inFlight(PEOPLE, CONCURRENCY, async (index) => {
          const one = people[index];
          if (one !== undefined) await OPERATION[operation](places, one);
        });
        const after = await busy(places);
        if (round === 0) continue;
        for (const [name, micros] of after) {
          const key = `${operation} ${name}`;
          found.set(key, [...(found.get(key) ?? []), (micros - (before.get(name) ?? NaN)) / PEOPLE]);
        }
      }
    }
  } finally {
    await places.stop();
  }
  const median = (operation: Operation, place: Place, kind: string): number => {
    const micros = summary(found.get(`${operation} ${place} ${kind}`) ?? []).median;
    return Number(Math.max(0, micros).toFixed(1));
  };
  return byName(OPERATIONS, (operation) =>
    byName(PLACES, (place) => {
      const scripts = median(operation, place, 'scripts');
      // Without a script there is only the server's own housekeeping.
      return { scripts, thread: scripts === 0 ? 0 : median(operation, place, 'thread') };
    }),
  );
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}

function person(index: number): Person {
  const network = `10.${String(index >> 8)}.${String(index & 255)}.1`;
  return { phone: PhoneNumber.parse(spreadPhone()), network, verificationId: '', token: '' };
}

const purpose = 'login';

/** What the application asks of Redis for one request of each kind. */
const OPERATION: Readonly<Record<Operation, (places: ServiceOnPlaces, one: Person) => Promise<void>>> = {
  async send(places, one) {
    await places.countFor('send', one.network);
    // The cooldown guard's early look.
    await places.service.assertSendAllowed({ phone: one.phone, purpose });
    const sent = await places.service.send({ phone: one.phone, purpose });
    one.verificationId = sent.verificationId;
  },
  async resend(places, { phone, network, verificationId }) {
    await places.countFor('send', network);
    await places.service.send({ phone, purpose, verificationId });
  },
  async wrongGuess(places, { phone, network, verificationId }) {
    await places.countFor('verify', network);
    const code = places.gateway.lastFor(phone).code === '000000' ? '000001' : '000000';
    await places.service.verify({ phone, purpose, verificationId, code }).catch(() => undefined);
  },
  async verify(places, one) {
    const { phone, network, verificationId } = one;
    await places.countFor('verify', network);
    const { code } = places.gateway.lastFor(phone);
    one.token = (await places.service.verify({ phone, purpose, verificationId, code })).token;
  },
  async redeem(places, { token, network }) {
    await places.countFor('verify', network);
    await places.service.redeemProof(token, { purpose });
  },
  async report({ service, gateway }, { phone }) {
    const { messageId } = gateway.lastFor(phone);
    await service.recordDelivery('inbox', { messageId, state: 'delivered' });
  },
};

/** Microseconds that each server has been busy so far. */
async function busy({ clients }: ServiceOnPlaces): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const place of PLACES) {
    const stats = await clients[place].info('commandstats');
    const scripts = [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=[0-9]+,usec=([0-9]+)/gm)];
    found.set(
      `${place} scripts`,
      scripts.reduce((sum, [, micros]) => sum + Number(micros), 0),
    );
    let seconds = 0;
    for (const kind of ['user', 'sys']) {
      seconds += await infoNumber(
        clients[place],
        'cpu',
        new RegExp(`used_cpu_${kind}_main_thread:([0-9.]+)`),
      );
    }
    found.set(`${place} thread`, seconds * 1e6);
  }
  return found;
}
