import { OPERATIONS, PLACES, type Figures } from '../../sizing/figures';
import { PLACEMENT } from '../http/server-process';
import { machine } from '../runner/machine';
import type { Part } from '../runner/part';
import { short, table } from '../runner/tables';
import { applicationTime } from './application-time';
import { redisTime } from './redis-time';
import { storedKeys } from './stored-keys';

/** What each operation costs Redis and the application: what the sizing in docs/operations.md is computed from. */
export const perOperation: Part = {
  name: 'per-operation',
  title: 'What each operation takes of Redis and of the application',
  async run() {
    const figures: Figures = {
      measuredOn: machine(),
      redis: await redisTime(),
      ...(await applicationTime()),
      keys: await storedKeys(),
    };
    return { rows: [], details: details(figures), figures };
  },
};

function details({ redis, application, keys, connections }: Figures): string {
  const times = OPERATIONS.map((operation) => [
    operation,
    ...PLACES.map((place) => {
      const { scripts, thread } = redis[operation][place];
      return scripts === 0 ? '–' : `${short(scripts)} / ${short(thread)}`;
    }),
  ]);
  const kept = Object.entries(keys).map(([kind, { bytes, seconds }]) => [kind, short(bytes), short(seconds)]);
  return `Microseconds of Redis an operation, inside scripts / of its thread, by where the keys lie:

${table(['', ...PLACES], times)}

Microseconds of the application’s processor time a request: ${Object.entries(application)
    .map(([name, micros]) => `${name} ${short(micros)}`)
    .join(', ')}; ${PLACEMENT}. Connections of one process to one Redis server: ${String(connections)}.

Bytes of each kind of key, with its places in Redis' tables, and the seconds it is kept after a person was verified:

${table(['', 'bytes', 'seconds'], kept)}

Everything on; a server for each place; by \`INFO commandstats\` and \`INFO cpu\`. No request carries an \`Idempotency-Key\`, which would cost one more script.`;
}
