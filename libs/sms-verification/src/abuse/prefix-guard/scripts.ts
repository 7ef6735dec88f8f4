import type { LuaReply } from '../../storage/redis/lua-reply';
import { LuaScript, type LuaScriptSetting } from '../../storage/redis/lua-script';
import type { GuardDecision, LevelState } from './prefix-guard';
import type { PrefixGuardTuning } from './prefix-guard.tuning';

// The TypeScript side of the guard's files in storage/redis/lua/, held to their headers like the others.

/** What is known of one level, without its name. */
export type ToldState = Omit<LevelState, 'level' | 'name'>;

export type PrefixGuardScripts = ReturnType<typeof prefixGuardScripts>;

const LEVEL_KEYS = ['start', 'country', 'operator', 'range'] as const;

/** The numbers are put into the sources: see LuaScriptSetting, for the clock too. */
export function prefixGuardScripts(tuning: PrefixGuardTuning, clock?: () => number) {
  const setting: LuaScriptSetting = { tuning: { ...tuning, blockLengths: tuning.blocksMs.length }, clock };
  return {
    assess: new LuaScript(
      {
        name: 'guard-assess',
        keys: LEVEL_KEYS,
        args: ['terms'],
        // The send would be counted twice.
        repeatable: false,
        parse: (reply): GuardDecision => {
          const lone = reply.lone();
          if (lone !== undefined) return quietly(lone);
          const decision = reply.word('allow', 'challenge', 'refuse');
          const reason = reply.word('known', 'quiet', 'burst', 'conversion', 'blocked', 'unblocked');
          const level = reply.word('country', 'operator', 'range', 'none');
          return {
            decision,
            reason,
            level: level === 'none' ? undefined : level,
            waitMs: reply.integer(),
            enforced: reply.integer() === 1,
            assessedAt: reply.integer(),
          };
        },
      },
      setting,
    ),
    correct: new LuaScript(
      {
        name: 'guard-correct',
        keys: LEVEL_KEYS,
        args: ['assessedAt', 'verified'],
        // Another send would be corrected than the one that is meant.
        repeatable: false,
        parse: (reply): void => {
          reply.word('corrected', 'past');
        },
      },
      setting,
    ),
    setManual: new LuaScript(
      {
        name: 'guard-set-manual',
        keys: ['level'],
        args: ['depth', 'open', 'durationMs'],
        repeatable: true,
        parse: (reply): void => {
          reply.word('set');
        },
      },
      setting,
    ),
    explain: new LuaScript(
      {
        name: 'guard-explain',
        keys: LEVEL_KEYS,
        args: [],
        repeatable: true,
        parse: (reply) => ({
          country: parseState(reply),
          operator: parseState(reply),
          range: parseState(reply),
        }),
      },
      setting,
    ),
  };
}

/** What guard-assess.lua means by an integer. */
function quietly(lone: number): GuardDecision {
  return {
    decision: 'allow',
    reason: 'quiet',
    level: undefined,
    waitMs: 0,
    enforced: lone % 2 === 1,
    assessedAt: Math.floor(lone / 2),
  };
}

function decisionOf(told: number): GuardDecision['decision'] {
  return told === 0 ? 'allow' : told === 1 ? 'challenge' : 'refuse';
}

function parseState(reply: LuaReply): ToldState {
  return {
    state: reply.word('open', 'probing', 'challenged', 'refused', 'blocked', 'unblocked'),
    waitMs: reply.integer(),
    pending: reply.integer(),
    conversion: reply.integer() / 1000,
    suspicion: Math.min(1, reply.integer() / reply.integer()),
    answer: {
      decision: decisionOf(reply.integer()),
      reason: reply.word('quiet', 'burst', 'conversion', 'blocked', 'unblocked'),
      waitMs: reply.integer(),
      enforced: reply.integer() === 1,
    },
  };
}
