import type { ClusterNode, ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config/redis-settings';
import { CLUSTER, SENTINEL, SINGLE } from './redis-presets';

/** What nestjs-redis makes a client of one server from, or of the master that Sentinels name. */
export type ServerClientOptions = RedisOptions & { readonly url?: string };
/** What nestjs-redis makes a client of a Cluster from. */
export type ClusterClientOptions = ClusterOptions & { readonly nodes: ClusterNode[] };

/** The settings in the words of ioredis, with the presets. */
export function clientOptions(settings: RedisSettings): ServerClientOptions | ClusterClientOptions {
  const { place, keyPrefix } = settings;
  const access = accessOf(settings);
  switch (place.topology) {
    case 'single':
      // What the URL says wins over options, and `rediss` means TLS with nothing but defaults.
      return { ...SINGLE, ...access, keyPrefix, url: place.url.replace(/^rediss:/, 'redis:') };
    case 'sentinel':
      return {
        ...SENTINEL,
        ...access,
        keyPrefix,
        sentinels: [...place.sentinels],
        name: place.name,
        ...given({
          sentinelUsername: settings.sentinelUsername,
          sentinelPassword: settings.sentinelPassword,
          sentinelTLS: access.tls,
        }),
        enableTLSForSentinelMode: settings.tls !== undefined,
      };
    case 'cluster':
      return {
        ...CLUSTER,
        keyPrefix,
        nodes: [...place.nodes],
        redisOptions: { ...CLUSTER.redisOptions, ...access },
        // By default names become addresses before the certificate is compared with them.
        ...(settings.tls === undefined ? {} : { dnsLookup: asItIs }),
      };
  }
}

function accessOf({ username, password, tls }: RedisSettings): RedisOptions {
  return given({ username, password, tls: tls === undefined ? undefined : { ...tls } });
}

/** Without the members that are undefined, which would hide what a URL says. */
function given<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Options>;
}

const asItIs: NonNullable<ClusterOptions['dnsLookup']> = (name, found) => {
  found(null, name);
};
