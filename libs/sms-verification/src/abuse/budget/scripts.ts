import { LuaScript } from '../../storage/redis/lua-script';
import type { BudgetState, SpendOutcome } from './money-budget';

// The TypeScript side of the budget's files in storage/redis/lua/, held to their headers like the others.

export const spendBudget = new LuaScript({
  name: 'spend-budget',
  keys: ['budget'],
  args: ['country', 'costMicros', 'overallMicros', 'countryMicros'],
  // It would be spent twice, and the next message refused that could have been paid.
  repeatable: false,
  parse: (reply): SpendOutcome => {
    const outcome = reply.word('spent', 'refused');
    return outcome === 'spent'
      ? { outcome, day: reply.integer() }
      : { outcome, scope: reply.word('overall', 'country'), waitMs: reply.integer() };
  },
});

export const refundBudget = new LuaScript({
  name: 'refund-budget',
  keys: ['budget'],
  args: ['country', 'costMicros', 'day'],
  // It would be given back twice, and the day cost more than it may.
  repeatable: false,
  parse: (reply): void => {
    reply.word('refunded', 'past');
  },
});

export const readBudget = new LuaScript({
  name: 'read-budget',
  keys: ['budget'],
  args: ['country'],
  repeatable: true,
  parse: (reply): BudgetState => {
    reply.word('read');
    return { overallMicros: reply.integer(), countryMicros: reply.integer(), resetsInMs: reply.integer() };
  },
});
