import { inspect } from 'node:util';
import {
  ChallengeUnavailableError,
  HcaptchaHumanChallenge,
  type HumanChallenge,
  InProcessSpentChallenges,
  PhoneNumber,
  TurnstileHumanChallenge,
  type HostedChallengeOptions,
} from '@app/sms-verification';
import { SiteverifyPeer } from './siteverify-peer';

const SECRET = 'geheim-geheim-geheim';
const HERS = { phone: PhoneNumber.parse('+14155550100'), clientAddress: '203.0.113.7' };

const PROVIDERS = [
  { Challenge: TurnstileHumanChallenge, kind: 'turnstile', wordForSeen: 'timeout-or-duplicate', own: {} },
  {
    Challenge: HcaptchaHumanChallenge,
    kind: 'hcaptcha',
    wordForSeen: 'already-seen-response',
    own: { sitekey: 'site' },
  },
];

describe.each(PROVIDERS)('$Challenge.name', ({ Challenge, kind, wordForSeen, own }) => {
  let peer: SiteverifyPeer;
  const make = (options: Partial<HostedChallengeOptions> = {}): HumanChallenge =>
    new Challenge({
      siteKey: 'site',
      secret: SECRET,
      spent: new InProcessSpentChallenges(Date.now),
      verifyUrl: peer.url,
      ...options,
    });

  beforeEach(async () => {
    peer = await SiteverifyPeer.start(SECRET, wordForSeen);
  });
  afterEach(() => peer.close());

  it('offers what the widget is loaded with, and not the secret', async () => {
    expect(await make().offer(HERS)).toEqual({ kind, siteKey: 'site' });
  });

  it('takes a token that the provider takes, telling it the secret, the token and the address', async () => {
    expect(await make().verify('good-1', HERS)).toBe(true);
    expect(peer.forms).toEqual([
      { secret: SECRET, response: 'good-1', remoteip: HERS.clientAddress, ...own },
    ]);
  });

  it('says nothing of an address that it does not know', async () => {
    expect(await make().verify('good&remoteip=1', { phone: HERS.phone })).toBe(true);
    expect(peer.forms).toEqual([{ secret: SECRET, response: 'good&remoteip=1', ...own }]);
  });

  it('takes a token once, and asks the provider once', async () => {
    const challenge = make();
    expect(await challenge.verify('good-1', HERS)).toBe(true);
    expect(await challenge.verify('good-1', HERS)).toBe(false);
    expect(peer.forms).toHaveLength(1);
  });

  it('takes no token that the provider has seen, wherever that was', async () => {
    expect(await make().verify('good-1', HERS)).toBe(true);
    expect(await make().verify('good-1', HERS)).toBe(false);
    expect(peer.forms).toHaveLength(2);
  });

  it('takes no token that the provider does not know', async () => {
    expect(await make().verify('forged', HERS)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['a line break', 'good\r\n'],
    ['other scripts', 'gооd'],
    ['too much', 'g'.repeat(4_000)],
  ])('says no to %s, and asks nobody', async (_what, token) => {
    expect(await make().verify(token, HERS)).toBe(false);
    expect(peer.forms).toEqual([]);
  });

  it.each<[string, unknown, number?]>([
    ['answers 500', { success: true }, 500],
    ['answers 503 in HTML', '<html>', 503],
    ['redirects', '', 302],
    ['answers junk', 'success'],
    ['answers nothing', ''],
    ['answers null', 'null'],
    ['answers no verdict', {}],
    ['answers a verdict of another type', { success: 'true' }],
    ['knows another secret', { success: false, 'error-codes': ['invalid-input-secret'] }],
    ['finds fault with our request', { success: false, 'error-codes': ['bad-request'] }, 400],
    ['has a fault of its own', { success: false, 'error-codes': ['internal-error'] }],
    ['gives a reason of another type', { success: false, 'error-codes': [{}] }],
  ])('knows no verdict when the provider %s', async (_what, body, status = 200) => {
    peer.answers(body, status);
    await expect(make().verify('good-1', HERS)).rejects.toThrow(ChallengeUnavailableError);
  });

  it('takes a refusal without a reason for a refusal', async () => {
    peer.answers({ success: false });
    expect(await make().verify('good-1', HERS)).toBe(false);
  });

  it('waits for the provider no longer than it was told', async () => {
    peer.staysSilent();
    await expect(make({ timeoutMs: 50 }).verify('good-1', HERS)).rejects.toMatchObject({
      code: 'challenge_unavailable',
      cause: new Error(`${kind} did not answer (TimeoutError)`),
    });
  });

  it('says so when the provider is gone, and shows neither secret nor token in its errors', async () => {
    const gone = await SiteverifyPeer.start(SECRET, wordForSeen);
    await gone.close();
    const wrongSecret = make({ secret: 'wrong-wrong-wrong' });
    const errors = await Promise.all([
      make({ verifyUrl: gone.url })
        .verify('good-1', HERS)
        .catch((error: unknown) => error),
      wrongSecret.verify('good-1', HERS).catch((error: unknown) => error),
    ]);
    for (const error of errors) {
      expect(error).toBeInstanceOf(ChallengeUnavailableError);
      expect(inspect(error, { depth: 9 })).not.toMatch(/geheim|wrong-wrong|good-1/);
    }
    expect(errors[1]).toMatchObject({ cause: new Error(`${kind} answered invalid-input-secret`) });
  });
});
