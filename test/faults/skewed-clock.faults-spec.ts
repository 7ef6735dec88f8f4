import { DEFAULT_POLICY } from '@app/sms-verification';
import { LuaScript } from '../../libs/sms-verification/src/storage/redis/lua-script';
import * as scripts from '../../libs/sms-verification/src/storage/redis/policy-scripts';
import { measured } from './measured';
import { caughtUp, RedisPair } from './redis-pair';
import { Sides } from './sides';

const SKEW_MS = 120_000;
const LIFETIME_MS = DEFAULT_POLICY.lifetimeMs;
/** An injected clock must be ahead of the server's. */
const AHEAD_MS = 3_600_000;

/**
 * The clock of no server is moved here: no tool at hand does that to a Redis. The scripts are given the time instead,
 * which is the only clock that they read, and the replica is promoted for real.
 */
describe('a promoted replica whose clock is 120 s off', () => {
  let pair: RedisPair;
  let now = 0;
  const told = <Key extends string, Argument extends string, Result>({
    definition,
    setting,
  }: LuaScript<Key, Argument, Result>): LuaScript<Key, Argument, Result> =>
    new LuaScript(definition, { ...setting, clock: () => now });

  beforeEach(async () => {
    now = Date.now() + AHEAD_MS;
    const policyScripts = scripts.policyScripts;
    jest.spyOn(scripts, 'policyScripts').mockImplementation((policy, fence) => {
      const untold = policyScripts(policy, fence);
      return { ...untold, issue: told(untold.issue), verifyAndRemove: told(untold.verifyAndRemove) };
    });
    pair = await RedisPair.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await pair.dispose();
  });

  it.each([
    { clock: 'slow', passed: LIFETIME_MS + SKEW_MS - 1_000, skew: -SKEW_MS, lives: true },
    { clock: 'slow', passed: LIFETIME_MS + SKEW_MS, skew: -SKEW_MS, lives: false },
    { clock: 'fast', passed: LIFETIME_MS - SKEW_MS - 1_000, skew: SKEW_MS, lives: true },
    { clock: 'fast', passed: LIFETIME_MS - SKEW_MS, skew: SKEW_MS, lives: false },
  ])(
    '($clock) accepts a code $passed ms after its issue: with the fence never, without it $lives (F11)',
    async ({ clock, passed, skew, lives }) => {
      const sides = new Sides();
      await sides.on(pair.master.port, (people, storage) => people.ask(storage));
      await caughtUp(pair.master, pair.replica);
      await pair.promote();
      now += passed + skew;
      await sides.on(pair.replica.port, (people, storage) => people.allEnter(storage));
      const { fence, none } = sides.findings;
      const after = `${String(passed / 1_000)} s after its issue, by a ${clock} clock`;
      measured('F11', `time injected; ${after}: fence ${said(fence)}, none ${said(none)}`);
      expect(fence.verified).toBe(0);
      expect(none.verified === 1).toBe(lives);
    },
  );
});

function said({ verified }: { readonly verified: number }): string {
  return verified > 0 ? 'accepted' : 'refused';
}
