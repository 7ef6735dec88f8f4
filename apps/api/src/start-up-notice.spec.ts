import { readSettings } from './config/settings';
import { startUpNotice } from './start-up-notice';

const URL = 'http://127.0.0.1:3000';
const OWN_SECRETS = {
  SMS_CODE_SECRET: 'a code secret of this test, 32 bytes or more',
  SMS_PHONE_KEY: 'a phone key of this test, of 32 bytes or more',
};
const REDIS_URL = 'redis://:password-of-redis@127.0.0.1:6379';

const notice = (source: NodeJS.ProcessEnv): string[] =>
  startUpNotice(readSettings(source), URL, '1 segment (de, en)');

describe(startUpNotice.name, () => {
  it.each([
    [
      'nothing set',
      {},
      [
        /^Store: this process .* REDIS_URL=redis:/,
        /^Gateway: inbox, no SMS leaves this machine; .*127\.0\.0\.1:3000\/dev\/inbox\. A message costs 1 segment \(de, en\)\. .* SMS_GATEWAYS\.$/,
        /^Listening on http:\/\/127\.0\.0\.1:3000 with development secrets.* SMS_CODE_SECRET and SMS_PHONE_KEY/,
      ],
    ],
    [
      'Redis and secrets of one’s own',
      { ...OWN_SECRETS, REDIS_URL },
      [
        /^Store: Redis at REDIS_URL.* SMS_STORE=in-process\.$/,
        /^Gateway: inbox, no SMS leaves/,
        /^Listening on http:\/\/127\.0\.0\.1:3000 with your own secrets.* SMS_CODE_SECRET_PREVIOUS\.$/,
      ],
    ],
    [
      'production',
      {
        ...OWN_SECRETS,
        REDIS_URL,
        NODE_ENV: 'production',
        SMS_GATEWAYS: 'inbox',
        SMS_PRODUCT_NAME: 'Example',
      },
      [
        /^Store: Redis/,
        /^Gateway: inbox, which delivers nothing and shows nothing in production\./,
        /^Listening on/,
      ],
    ],
  ])('says in exactly three lines what was chosen and how to change it: %s', (_what, source, lines) => {
    const said = notice(source);

    expect(said).toHaveLength(3);
    lines.forEach((line, index) => {
      expect(said[index]).toMatch(line);
      expect(said[index]).not.toContain('\n');
    });
  });

  it.each([
    [{ REDIS_CLUSTER_NODES: 'redis-1:7000' }, 'Store: Redis Cluster at REDIS_CLUSTER_NODES.'],
    [
      { REDIS_SENTINELS: 'sentinel-1:26379', REDIS_SENTINEL_NAME: 'primary' },
      'Store: Redis, the master that REDIS_SENTINELS call primary.',
    ],
  ])('says how Redis is set up, and nothing of who is let in: %j', (place, line) => {
    const said = notice({ ...place, REDIS_USERNAME: 'user-of-redis', REDIS_PASSWORD: 'password-of-redis' });

    expect(said[0]?.startsWith(line)).toBe(true);
    expect(said.join('\n')).not.toMatch(/(user|password)-of-redis/);
  });

  it('shows no secret and no password [ASVS 16.2.5]', () => {
    for (const source of [{}, { ...OWN_SECRETS, REDIS_URL }]) {
      const { codeSecret, phoneKey } = readSettings(source).verification;
      const said = notice(source).join('\n');

      for (const secret of [codeSecret, phoneKey, 'password-of-redis']) expect(said).not.toContain(secret);
    }
  });

  it('shows no inbox where there is none', () => {
    const production = {
      ...OWN_SECRETS,
      NODE_ENV: 'production',
      SMS_GATEWAYS: 'inbox',
      SMS_STORE: 'in-process',
      SMS_PRODUCT_NAME: 'Example',
    };

    expect(notice(production).join('\n')).not.toContain('/dev/inbox');
  });
});
