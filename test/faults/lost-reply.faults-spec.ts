import { Redis } from 'ioredis';
import { RedisServer } from '../support/redis-server';
import { freshPrefix } from '../support/shared-redis';
import { Link } from './link';
import { loseReplies, loseRepliesToWrongGuesses, withoutNonces } from './lost-reply';
import { measured } from './measured';
import { opened, openStorage } from './storage';

describe('a reply that is lost after the server has run the script', () => {
  let server: RedisServer;
  let link: Link;

  beforeAll(async () => {
    server = await RedisServer.start();
    link = await Link.to(server.port);
  });
  afterAll(async () => {
    await link.close();
    await server.dispose();
  });

  it('costs the right code nothing: it is accepted, once; with the defaults of ioredis it is refused (F2)', async () => {
    const open = await openStorage(link.port, freshPrefix(), 'fence');
    const { findings, repliesLost } = await loseReplies(open, [link]);
    open.close();
    const defaults = await opened(new Redis(link.port), freshPrefix(), 'none');
    const control = await withoutNonces(() => loseReplies(defaults, [link]));
    defaults.close();

    const figures = `${String(findings.verified)} of ${String(repliesLost)} accepted`;
    const refused = repliesLost - control.findings.verified;
    measured('F2', `one server: ${figures}; ioredis by default: ${String(refused)} right codes refused`);
    expect(findings).toMatchObject({ verified: repliesLost, acceptedTwice: [] });
    expect(repliesLost).toBeGreaterThan(0);
    expect(control.findings.verified).toBeLessThan(control.repliesLost);
  });

  it('counts a wrong code once (F2)', async () => {
    const open = await openStorage(link.port, freshPrefix(), 'fence');
    const told = await loseRepliesToWrongGuesses(open, [link]);
    open.close();
    expect(new Set(told.map(String))).toEqual(new Set(['4,4']));
  });
});
