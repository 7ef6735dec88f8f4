import { existsSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { readSettings } from '../../apps/api/src/config/settings';
import { findRedisBinary } from '../support/redis-binary';
import { freePort, killed, RedisServer, startServer } from '../support/redis-server';

interface Service {
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const FILE = join(__dirname, '../../docker-compose.yml');
const { services } = load(readFileSync(FILE, 'utf8')) as { readonly services: Record<string, Service> };
const all = Object.entries(services);

/** The services that run with this profile, or with none. */
const namesWith = (profile: string): string[] =>
  all.filter(([, { profiles }]) => profiles?.includes(profile) ?? true).map(([name]) => name);

describe('docker-compose.yml', () => {
  it('runs, unless a profile is asked for, the application and one Redis', () => {
    expect(all.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)).toEqual([
      'api',
      'redis',
    ]);
  });

  it.each([
    ['api', 'single', ['redis']],
    ['api-sentinel', 'sentinel', ['sentinel-1', 'sentinel-2', 'sentinel-3']],
    ['api-cluster', 'cluster', ['cluster-1', 'cluster-2', 'cluster-3']],
  ])('sends %s to where Redis is: %s', (name, topology, hosts) => {
    const place = readSettings({ ...services[name]?.environment }).redis?.place;

    expect(place?.topology).toBe(topology);
    for (const host of hosts) {
      expect(JSON.stringify(place)).toContain(host);
      expect(namesWith(topology)).toContain(host);
    }
  });

  it('waits for nothing that its profile does not start, and gives each application a port of its own', () => {
    for (const [, { profiles = [], depends_on = {} }] of all) {
      for (const profile of profiles) {
        expect(namesWith(profile)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      }
    }
    const ports = all.flatMap(([, service]) => service.ports ?? []);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('gives a container no file of ours that is not there', () => {
    const mounted = all
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => join(FILE, '..', volume.split(':')[0] ?? ''));
    expect(mounted).toHaveLength(3);
    expect(mounted.filter((path) => !existsSync(path))).toEqual([]);
  });

  const servers = all.filter(([, { command }]) => command?.[0] === 'redis-server');

  it.each(servers.map(([name]) => name))('has a command line that Redis accepts: %s', async (name) => {
    // On a port, in a folder and at an address of the test's own.
    const server = await RedisServer.start(...(services[name]?.command ?? []).slice(1));
    await server.dispose();
  });

  it('has a configuration that Sentinels accept', async () => {
    const [shell, , script = ''] = services['sentinel-1']?.command ?? [];
    expect(shell).toBe('sh');
    const folder = mkdtempSync(join(tmpdir(), 'sms-verification-compose-'));
    const ours = script
      .replaceAll('/tmp', folder)
      .replace('redis-primary', 'localhost')
      .replace('port 26379', `port ${String(await freePort())}`)
      .replace('redis-server', findRedisBinary());
    const child = await startServer('sh', ['-c', ours]);
    await killed(child);
    rmSync(folder, { recursive: true, force: true });
  });
});
