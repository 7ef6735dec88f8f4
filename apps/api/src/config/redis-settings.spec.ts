import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from './environment';
import type { RedisSettings } from './redis-settings';
import { readSettings } from './settings';

const redisOf = (source: NodeJS.ProcessEnv): RedisSettings | undefined => readSettings(source).redis;

function problemsOf(source: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

const URL = 'redis://127.0.0.1:6379';
const CLUSTER = { REDIS_CLUSTER_NODES: 'redis-1:7000, [::1]:7001' };
const SENTINEL = { REDIS_SENTINELS: 'sentinel-1:26379,sentinel-2:26380', REDIS_SENTINEL_NAME: 'primary' };

describe('where Redis is, as the environment says it', () => {
  it.each([
    ['one server', { REDIS_URL: URL }, { topology: 'single', url: URL }],
    [
      'a Cluster',
      CLUSTER,
      {
        topology: 'cluster',
        nodes: [
          { host: 'redis-1', port: 7_000 },
          { host: '::1', port: 7_001 },
        ],
      },
    ],
    [
      'a master that Sentinels watch',
      SENTINEL,
      {
        topology: 'sentinel',
        sentinels: [
          { host: 'sentinel-1', port: 26_379 },
          { host: 'sentinel-2', port: 26_380 },
        ],
        name: 'primary',
      },
    ],
  ])('is %s', (_what, source, place) => {
    expect(redisOf(source)).toEqual({ place, keyPrefix: '' });
    expect(readSettings(source).store).toBe('redis');
    expect(readSettings({ ...source, SMS_STORE: 'in-process' }).redis).toBeUndefined();
  });

  it.each([{ REDIS_URL: URL }, CLUSTER, SENTINEL])(
    'comes with a user, a password and a prefix: %j',
    (place) => {
      const access = { REDIS_USERNAME: 'api', REDIS_PASSWORD: 'of redis', REDIS_KEY_PREFIX: 'ours:' };

      expect(redisOf({ ...place, ...access })).toMatchObject({
        username: 'api',
        password: 'of redis',
        keyPrefix: 'ours:',
        tls: undefined,
      });
    },
  );

  it('has users and passwords of its own for Sentinels', () => {
    const access = { REDIS_SENTINEL_USERNAME: 'watched', REDIS_SENTINEL_PASSWORD: 'of Sentinels' };

    expect(redisOf({ ...SENTINEL, ...access })).toMatchObject({
      sentinelUsername: 'watched',
      sentinelPassword: 'of Sentinels',
      password: undefined,
    });
  });

  const both = 'must not be set beside';
  it.each([
    [{ REDIS_URL: URL, ...CLUSTER }, [`REDIS_CLUSTER_NODES ${both} REDIS_URL: one of the two`]],
    [{ REDIS_URL: URL, ...SENTINEL }, [`REDIS_SENTINELS ${both} REDIS_URL: one of the two`]],
    [{ ...CLUSTER, ...SENTINEL }, [`REDIS_SENTINELS ${both} REDIS_CLUSTER_NODES: one of the two`]],
    [
      { REDIS_SENTINELS: SENTINEL.REDIS_SENTINELS },
      ['REDIS_SENTINEL_NAME must be set, because REDIS_SENTINELS is'],
    ],
    [
      { ...CLUSTER, REDIS_SENTINEL_NAME: 'primary', REDIS_SENTINEL_PASSWORD: 'x' },
      [
        'REDIS_SENTINEL_NAME must not be set without REDIS_SENTINELS',
        'REDIS_SENTINEL_PASSWORD must not be set without REDIS_SENTINELS',
      ],
    ],
    [
      { REDIS_URL: 'redis://:in-the-url@redis', REDIS_USERNAME: 'api', REDIS_PASSWORD: 'x' },
      [
        'REDIS_USERNAME must not be set, because REDIS_URL has a user or a password',
        'REDIS_PASSWORD must not be set, because REDIS_URL has a user or a password',
      ],
    ],
  ])('is not said twice, nor by halves: %j', (source, problems) => {
    expect(problemsOf(source)).toEqual(problems);
  });

  it.each(['redis:6379,', 'redis', 'redis:0', 'redis://redis:6379'])(
    'is a list of addresses: not %s',
    (list) => {
      expect(problemsOf({ REDIS_CLUSTER_NODES: list })).toEqual([
        'REDIS_CLUSTER_NODES must be host:port separated by commas, such as redis-1:6379,redis-2:6379',
      ]);
      expect(problemsOf({ REDIS_SENTINELS: list, REDIS_SENTINEL_NAME: 'primary' })).toEqual([
        'REDIS_SENTINELS must be host:port separated by commas, such as sentinel-1:26379,sentinel-2:26379',
      ]);
    },
  );

  describe('encrypted', () => {
    let folder: string;
    const file = (name: string, content: string): string => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sms-verification-tls-'));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      ['rediss://redis', undefined, true],
      ['rediss://redis', 'true', true],
      ['redis://redis', undefined, false],
      ['redis://redis', 'false', false],
    ])('is what the URL says: %s beside REDIS_TLS=%s', (REDIS_URL, REDIS_TLS, encrypted) => {
      expect(redisOf({ REDIS_URL, REDIS_TLS })?.tls).toEqual(encrypted ? {} : undefined);
    });

    it.each([
      ['rediss://redis', 'false'],
      ['redis://redis', 'true'],
    ])('is not both: %s and REDIS_TLS=%s', (REDIS_URL, REDIS_TLS) => {
      expect(problemsOf({ REDIS_URL, REDIS_TLS })).toEqual([
        'REDIS_TLS must be left out, or true exactly if REDIS_URL begins with rediss://',
      ]);
    });

    it.each([CLUSTER, SENTINEL])('is what REDIS_TLS says: %j', (place) => {
      expect(redisOf({ ...place, REDIS_TLS: 'true' })?.tls).toEqual({});
      expect(redisOf({ ...place, REDIS_TLS: 'false' })?.tls).toBeUndefined();
    });

    it('trusts the authorities in a file', () => {
      const ca = '-----BEGIN CERTIFICATE-----\n';
      const settings = redisOf({ ...CLUSTER, REDIS_TLS: 'true', REDIS_TLS_CA_FILE: file('ca.pem', ca) });

      expect(settings?.tls).toEqual({ ca });
    });

    it('refuses files that it cannot use, or would not use', () => {
      const path = file('none.pem', 'no PEM');
      const absent = join(folder, 'absent.pem');

      expect(problemsOf({ ...CLUSTER, REDIS_TLS: 'true', REDIS_TLS_CA_FILE: path })).toEqual([
        `REDIS_TLS_CA_FILE names ${path}: must hold a certificate`,
      ]);
      expect(problemsOf({ ...CLUSTER, REDIS_TLS: 'true', REDIS_TLS_CA_FILE: absent })).toEqual([
        `REDIS_TLS_CA_FILE names ${absent}: must be a file that can be read`,
      ]);
      expect(problemsOf({ REDIS_URL: URL, REDIS_TLS_CA_FILE: path })).toEqual([
        'REDIS_TLS_CA_FILE must not be set, because the connection is not encrypted (REDIS_TLS, or rediss://)',
      ]);
      expect(problemsOf({ ...CLUSTER, REDIS_TLS: 'true', REDIS_TLS_CERT_FILE: path })).toEqual([
        'REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE must be set together',
      ]);
      expect(
        problemsOf({ ...CLUSTER, REDIS_TLS: 'true', REDIS_TLS_CERT_FILE: path, REDIS_TLS_KEY_FILE: path }),
      ).toEqual(['REDIS_TLS_KEY_FILE must hold the key to the certificate in REDIS_TLS_CERT_FILE']);
    });
  });
});
