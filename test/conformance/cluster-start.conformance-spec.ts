import { once } from 'node:events';
import { Cluster } from 'ioredis';
import { keepConnected, mastersConnected } from '../../apps/api/src/redis/keep-connected';
import { CLUSTER } from '../../apps/api/src/redis/redis-presets';
import { clusterAddresses } from '../support/topologies';

const STARTS = 10;

const UNHURRIED_MS = 30_000;
/** As the application connects, but for its limits of time, within which a busy machine may not answer. */
const PATIENT = {
  ...CLUSTER,
  slotsRefreshTimeout: UNHURRIED_MS,
  redisOptions: {
    ...CLUSTER.redisOptions,
    commandTimeout: UNHURRIED_MS,
    connectTimeout: UNHURRIED_MS,
    socketTimeout: UNHURRIED_MS,
  },
};

describe('a client of a Cluster, prepared as the application does it', () => {
  it('is ready at its first attempt, connected to every master', async () => {
    for (let start = 0; start < STARTS; start += 1) {
      const cluster = new Cluster(clusterAddresses(), PATIENT);
      keepConnected(cluster);
      const attempts: string[] = [];
      cluster.on('connect', () => attempts.push('connect'));
      cluster.on('reconnecting', () => attempts.push('reconnecting'));
      await once(cluster, 'ready');
      await mastersConnected(cluster, new AbortController().signal);
      expect(attempts).toEqual(['connect']);
      expect(cluster.nodes('master').map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
      cluster.disconnect();
    }
  });
});
