-- Binds an idempotency key to the request that it came with first (rule R11).
--
-- KEYS[1] claim
-- ARGV[1] request         digest of the request
-- ARGV[2] ttlMs
--
-- Reply: { 'same' | 'other' }

local bound = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'GET', 'PX', tonumber(ARGV[2]))
return { (not bound or bound == ARGV[1]) and 'same' or 'other' }
