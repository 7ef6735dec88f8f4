import type { Redis } from 'ioredis';
import { PhoneNumber } from '../../../libs/sms-verification/src/phone/phone-number';
import { KEY_KINDS, type Figures, type KeyKind } from '../../sizing/figures';
import { inFlight } from '../runner/in-flight';
import { infoNumber } from '../runner/server-side';
import { ServiceOnPlaces } from './service-on-places';
import { spreadPhone } from './spread-phone';

const PEOPLE = 10_000;
const CONCURRENCY = 50;

/** What is kept of one person who was sent a code, typed it and was verified: each kind of key, and for how long. */
export async function storedKeys(): Promise<Figures['keys']> {
  const places = await ServiceOnPlaces.start({});
  try {
    const clients = Object.values(places.clients);
    // Scripts are kept for good: what they take is there before anything is counted.
    await verifyOne(places, 0);
    for (const client of clients) await client.flushdb();
    const empty = await used(clients);
    await inFlight(PEOPLE, CONCURRENCY, (index) => verifyOne(places, index));
    const full = await used(clients);
    const seen = new Map<KeyKind, { count: number; bytes: number; seconds: number }>();
    for (const client of clients) await look(client, seen);
    const all = [...seen.values()];
    // MEMORY USAGE leaves out the tables, in which every key has a place, and one more for its end.
    const counted = all.reduce((sum, { bytes }) => sum + bytes, 0);
    const inTables = (full - empty - counted) / all.reduce((sum, { count }) => sum + count, 0);
    return Object.fromEntries(
      KEY_KINDS.map((kind) => {
        const { count, bytes, seconds } = seen.get(kind) ?? { count: NaN, bytes: NaN, seconds: NaN };
        return [kind, { bytes: Math.round(bytes / count + inTables), seconds: Math.round(seconds / count) }];
      }),
    ) as Record<KeyKind, { bytes: number; seconds: number }>;
  } finally {
    await places.stop();
  }
}

async function verifyOne(places: ServiceOnPlaces, index: number): Promise<void> {
  const subject = { phone: PhoneNumber.parse(spreadPhone()), purpose: 'login' };
  const network = `10.${String(index >> 8)}.${String(index & 255)}.1`;
  await places.countFor('send', network);
  const { verificationId } = await places.service.send(subject);
  await places.countFor('verify', network);
  const { code } = places.gateway.lastFor(subject.phone);
  await places.service.verify({ ...subject, verificationId, code });
}

async function used(clients: readonly Redis[]): Promise<number> {
  let bytes = 0;
  for (const client of clients) bytes += await infoNumber(client, 'memory', /used_memory:([0-9]+)/);
  return bytes;
}

async function look(
  client: Redis,
  seen: Map<KeyKind, { count: number; bytes: number; seconds: number }>,
): Promise<void> {
  const names: string[] = [];
  for await (const found of client.scanStream({ count: 1_000 })) names.push(...(found as string[]));
  await inFlight(names.length, CONCURRENCY, async (index) => {
    const name = names[index] ?? '';
    const kind = kindOf(name);
    if (kind === undefined) return;
    const [bytes, milliseconds] = await Promise.all([client.memory('USAGE', name), client.pttl(name)]);
    const so = seen.get(kind) ?? { count: 0, bytes: 0, seconds: 0 };
    so.count += 1;
    so.bytes += bytes ?? 0;
    so.seconds += milliseconds / 1_000;
    seen.set(kind, so);
  });
}

/** By the table of keys in the README; undefined for the few that everybody shares. */
function kindOf(name: string): KeyKind | undefined {
  if (name.startsWith('sms:ip:')) return 'limit';
  if (name.startsWith('sms:message:')) return 'message';
  if (name === 'sms:{guard}:start' || name === 'sms:{budget}') return undefined;
  if (name.startsWith('sms:{guard}:')) return 'level';
  if (name.endsWith('}:known')) return 'known';
  return 'record';
}
