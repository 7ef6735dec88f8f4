import {
  AltchaHumanChallenge,
  PhoneNumber,
  RedisSpentChallenges,
  type RedisClient,
  StorageUnavailableError,
  TurnstileHumanChallenge,
} from '@app/sms-verification';
import { freshPrefix } from '../support/shared-redis';
import { keysUnder } from '../support/time-travel';
import { TOPOLOGIES } from '../support/topologies';
import { SiteverifyPeer } from './siteverify-peer';
import { solveAltcha } from './solve-altcha';

const HERS = { phone: PhoneNumber.parse('+14155550100') };
const KEY = 'a key of this test, of 32 bytes or more';
const AT_ONCE = 64;

describe.each(TOPOLOGIES)(`${RedisSpentChallenges.name}$where`, ({ connect }) => {
  /** As many connections as there are instances in the test. */
  let clients: RedisClient[];
  let keyPrefix: string;
  const spentBy = (client: RedisClient): RedisSpentChallenges => new RedisSpentChallenges(client, keyPrefix);
  const instances = <Instance>(make: (spent: RedisSpentChallenges) => Instance): Instance[] =>
    clients.map((client) => make(spentBy(client)));

  /** What each of many simultaneous calls was told, over all instances. */
  async function simultaneously<Instance>(
    all: readonly Instance[],
    call: (instance: Instance) => Promise<boolean>,
  ): Promise<boolean[]> {
    const calls = Array.from({ length: AT_ONCE / all.length }, () => all.map(call));
    return Promise.all(calls.flat());
  }

  beforeEach(() => {
    clients = Array.from({ length: 4 }, connect);
    keyPrefix = `${freshPrefix()}sms:`;
  });
  afterEach(() => {
    for (const client of clients) client.disconnect();
  });

  it('[ASVS 15.4.2] lets one of 64 simultaneous right answers of one task pass, over four instances', async () => {
    const altchas = instances(
      (spent) => new AltchaHumanChallenge({ key: KEY, spent, now: Date.now, rounds: 10, tries: 10 }),
    );
    const [first] = altchas;
    const offer = await first?.offer(HERS);
    if (offer === undefined) throw new Error('no instance');
    const answer = await solveAltcha(offer);
    const verdicts = await simultaneously(altchas, (altcha) => altcha.verify(answer, HERS));
    expect(verdicts).toHaveLength(AT_ONCE);
    expect(verdicts.filter(Boolean)).toEqual([true]);
  });

  it('[ASVS 15.4.2] lets one of 64 simultaneous right tokens pass, and asks the provider once', async () => {
    const peer = await SiteverifyPeer.start('secret', 'timeout-or-duplicate');
    const account = { siteKey: 'site', secret: 'secret', verifyUrl: peer.url };
    const turnstiles = instances((spent) => new TurnstileHumanChallenge({ ...account, spent }));
    const verdicts = await simultaneously(turnstiles, (turnstile) => turnstile.verify('good', HERS));
    expect(verdicts.filter(Boolean)).toEqual([true]);
    expect(peer.forms).toHaveLength(1);
    await peer.close();
  });

  it('keeps one key for each answer, with a hash tag of its own, which expires and tells nothing', async () => {
    const [client] = clients;
    if (client === undefined) throw new Error('no client');
    const spent = spentBy(client);
    expect(await spent.spend('A'.repeat(22), 60_000)).toBe(true);
    expect(await spent.spend('B'.repeat(22), 60_000)).toBe(true);
    const name = `${keyPrefix}challenge:{${'A'.repeat(22)}}`;
    expect((await keysUnder(client, keyPrefix)).sort()).toEqual([name, name.replaceAll('A', 'B')].sort());
    // Drawn for the call, so that a repeat of it is told from a second use.
    expect(await client.get(name)).toMatch(/^[\w-]{8}$/);
    const ttl = await client.pttl(name);
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
    await client.pexpire(name, 30_000);
    expect(await spent.spend('A'.repeat(22), 60_000)).toBe(false);
    expect(await client.pttl(name)).toBeLessThanOrEqual(30_000);
  });

  it('takes no answer while Redis is away', async () => {
    const [client] = clients;
    if (client === undefined) throw new Error('no client');
    const altcha = new AltchaHumanChallenge({
      key: KEY,
      spent: spentBy(client),
      now: Date.now,
      rounds: 10,
      tries: 10,
    });
    const answer = await solveAltcha(await altcha.offer(HERS));
    client.disconnect();
    await expect(altcha.verify(answer, HERS)).rejects.toThrow(StorageUnavailableError);
  });
});
