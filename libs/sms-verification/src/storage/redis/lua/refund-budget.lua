-- Gives back what a message would have cost that no gateway took. What was spent on an earlier day lowers nothing
-- today.
--
-- KEYS[1] budget          what today has cost
-- ARGV[1] country         ISO 3166-1 alpha-2, or ZZ
-- ARGV[2] costMicros      millionths of a US dollar
-- ARGV[3] day             on which it was spent, as spend-budget.lua told
--
-- Reply: { 'refunded' | 'past' }

local key = KEYS[1]
local day, own = unpack(redis.call('HMGET', key, 'day', ARGV[1]))
if day ~= ARGV[3] then
  return { 'past' }
end
-- Never more than was spent: a refund too many would let the next day's, or another country's, budget be exceeded.
local refund = math.min(tonumber(ARGV[2]), tonumber(own or 0))
redis.call('HINCRBY', key, 'all', string.format('%d', -refund))
redis.call('HINCRBY', key, ARGV[1], string.format('%d', -refund))
return { 'refunded' }
