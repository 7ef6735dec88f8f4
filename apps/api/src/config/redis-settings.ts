import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { RedisEnvironment } from './redis-environment';
import { parseAddress, parseList, type Address } from './text-formats';

/** Where Redis is: one server, a master that Sentinels watch, or a Cluster. */
export type RedisPlace =
  | { readonly topology: 'single'; readonly url: string }
  | { readonly topology: 'sentinel'; readonly sentinels: readonly Address[]; readonly name: string }
  | { readonly topology: 'cluster'; readonly nodes: readonly Address[] };

/** Which Redis is used, how to be let in, and how the names of keys begin there. */
export interface RedisSettings {
  readonly place: RedisPlace;
  readonly keyPrefix: string;
  /** For servers; a URL may carry them instead. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** For Sentinels, which have users of their own. */
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** PEM texts for connections that are encrypted; undefined for those that are not. */
  readonly tls: RedisTls | undefined;
}

export interface RedisTls {
  /** Whom to trust, instead of the authorities that Node trusts. */
  readonly ca?: string;
  /** Who we are, where servers ask. */
  readonly cert?: string;
  readonly key?: string;
}

/** The three ways to say where Redis is; no two of them may be set. */
export const PLACES = ['REDIS_URL', 'REDIS_CLUSTER_NODES', 'REDIS_SENTINELS'] as const;
export const ONE_PLACE = 'REDIS_URL, REDIS_CLUSTER_NODES or REDIS_SENTINELS';

/** Whether the environment says where a Redis is. */
export function namesRedis(environment: RedisEnvironment): boolean {
  return PLACES.some((name) => environment[name] !== undefined);
}

/** Turns the variables, each sound by itself, into settings, and notes what is wrong with them together. */
export function redisFrom(environment: RedisEnvironment, problems: string[]): RedisSettings | undefined {
  problems.push(...combinationProblems(environment));
  const place = placeFrom(environment);
  if (place === undefined) return undefined;
  return {
    place,
    keyPrefix: environment.REDIS_KEY_PREFIX ?? '',
    username: environment.REDIS_USERNAME,
    password: environment.REDIS_PASSWORD,
    sentinelUsername: environment.REDIS_SENTINEL_USERNAME,
    sentinelPassword: environment.REDIS_SENTINEL_PASSWORD,
    tls: encrypted(environment) ? tlsFrom(environment, problems) : undefined,
  };
}

function placeFrom(environment: RedisEnvironment): RedisPlace | undefined {
  const { REDIS_URL, REDIS_CLUSTER_NODES, REDIS_SENTINELS, REDIS_SENTINEL_NAME } = environment;
  if (REDIS_URL !== undefined) return { topology: 'single', url: REDIS_URL };
  if (REDIS_CLUSTER_NODES !== undefined)
    return { topology: 'cluster', nodes: addressesFrom(REDIS_CLUSTER_NODES) };
  if (REDIS_SENTINELS === undefined) return undefined;
  return {
    topology: 'sentinel',
    sentinels: addressesFrom(REDIS_SENTINELS),
    name: REDIS_SENTINEL_NAME ?? '',
  };
}

/** What no variable can tell alone. What would be ignored silently is refused. */
function* combinationProblems(environment: RedisEnvironment): Generator<string> {
  const { REDIS_URL, REDIS_SENTINELS, REDIS_SENTINEL_NAME, REDIS_TLS } = environment;
  const [first, ...more] = PLACES.filter((name) => environment[name] !== undefined);
  for (const name of more) yield `${name} must not be set beside ${String(first)}: one of the two`;
  if (REDIS_SENTINELS !== undefined && REDIS_SENTINEL_NAME === undefined) {
    yield 'REDIS_SENTINEL_NAME must be set, because REDIS_SENTINELS is';
  }
  for (const name of SENTINEL_ONLY) {
    if (environment[name] !== undefined && REDIS_SENTINELS === undefined)
      yield `${name} must not be set without REDIS_SENTINELS`;
  }
  if (REDIS_URL !== undefined) {
    const { username, password, protocol } = new URL(REDIS_URL);
    for (const name of ['REDIS_USERNAME', 'REDIS_PASSWORD'] as const) {
      if (environment[name] !== undefined && username + password !== '')
        yield `${name} must not be set, because REDIS_URL has a user or a password`;
    }
    if (REDIS_TLS !== undefined && (REDIS_TLS === 'true') !== (protocol === 'rediss:')) {
      yield 'REDIS_TLS must be left out, or true exactly if REDIS_URL begins with rediss://';
    }
  }
  for (const name of TLS_FILES) {
    if (environment[name] !== undefined && !encrypted(environment))
      yield `${name} must not be set, because the connection is not encrypted (REDIS_TLS, or rediss://)`;
  }
  const { REDIS_TLS_CERT_FILE, REDIS_TLS_KEY_FILE } = environment;
  if ((REDIS_TLS_CERT_FILE === undefined) !== (REDIS_TLS_KEY_FILE === undefined)) {
    yield 'REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE must be set together';
  }
}

const SENTINEL_ONLY = ['REDIS_SENTINEL_NAME', 'REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD'] as const;
const TLS_FILES = ['REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'] as const;

function encrypted({ REDIS_TLS, REDIS_URL }: RedisEnvironment): boolean {
  return REDIS_TLS === 'true' || REDIS_URL?.startsWith('rediss:') === true;
}

function tlsFrom(environment: RedisEnvironment, problems: string[]): RedisTls {
  const readable = (name: (typeof TLS_FILES)[number]): string | undefined => {
    const path = environment[name];
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch {
      problems.push(`${name} names ${path}: must be a file that can be read`);
      return undefined;
    }
  };
  const [ca, cert, key] = TLS_FILES.map(readable);
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    problems.push(
      `REDIS_TLS_CA_FILE names ${String(environment.REDIS_TLS_CA_FILE)}: must hold a certificate`,
    );
  }
  if (cert === undefined || key === undefined) return ca === undefined ? {} : { ca };
  try {
    createSecureContext({ cert, key });
  } catch {
    problems.push('REDIS_TLS_KEY_FILE must hold the key to the certificate in REDIS_TLS_CERT_FILE');
  }
  return ca === undefined ? { cert, key } : { ca, cert, key };
}

function addressesFrom(text: string): Address[] {
  return parseList(text)
    .map(parseAddress)
    .filter((address) => address !== undefined);
}
