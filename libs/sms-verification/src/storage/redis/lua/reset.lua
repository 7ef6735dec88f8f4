-- Clears the failure count and the cooldown of a phone and purpose: the operator's way out of a lock (rule R4).
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
--
-- Reply: { 'reset' }

-- @include layout
-- @include record

local key, purpose = KEYS[1], ARGV[1]
if redis.call('HDEL', key, 'f:' .. purpose, 'c:' .. purpose) > 0 then
  retain(key, read_record(key, 0), TUNING.policy)
end
return { 'reset' }
