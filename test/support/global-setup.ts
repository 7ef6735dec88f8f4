import { RedisCluster } from './redis-cluster';
import { RedisSentinelSet } from './redis-sentinel-set';
import { RedisServer } from './redis-server';

declare global {
  var sharedServers: { dispose(): Promise<void> }[] | undefined;
}

/** Nothing fails over while tests only read and write, however busy the machine is. */
const PATIENCE_MS = 15_000;

/**
 * One Redis, one Sentinel set and one Cluster for all suites that only read and write: private ones, unless variables
 * name others. That one of them cannot start ends the run.
 */
export default async function globalSetup(): Promise<void> {
  const started: { dispose(): Promise<void> }[] = [];
  globalThis.sharedServers = started;
  const unless = async (variable: string, start: () => Promise<void>): Promise<void> => {
    if (process.env[variable] === undefined) await start();
  };
  const starts = await Promise.allSettled([
    unless('TEST_REDIS_URL', async () => {
      const server = await RedisServer.start();
      started.push(server);
      process.env['TEST_REDIS_URL'] = server.url;
    }),
    unless('TEST_REDIS_SENTINELS', async () => {
      const set = await RedisSentinelSet.start({ downAfterMs: PATIENCE_MS });
      started.push(set);
      process.env['TEST_REDIS_SENTINELS'] = set.addresses;
      process.env['TEST_REDIS_SENTINEL_NAME'] = set.name;
    }),
    unless('TEST_REDIS_CLUSTER_NODES', async () => {
      const cluster = await RedisCluster.start({ nodeTimeoutMs: PATIENCE_MS });
      started.push(cluster);
      process.env['TEST_REDIS_CLUSTER_NODES'] = cluster.addresses;
    }),
  ]);
  const failed = starts.filter((start) => start.status === 'rejected');
  if (failed.length === 0) return;
  await Promise.all(started.map((each) => each.dispose()));
  throw new AggregateError(
    failed.map(({ reason }) => reason as unknown),
    failed.map(({ reason }) => String(reason)).join('\n'),
  );
}
