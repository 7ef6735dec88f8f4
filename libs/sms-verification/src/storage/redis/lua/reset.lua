-- Clears the failure count and the cooldown of a phone and purpose: the operator's way out of a lock (rule R4).
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
--
-- Reply: { 'reset' }

-- @include layout
-- @include record

local key, purpose = KEYS[1], ARGV[1]
local record = read_record(key, 0)
if redis.call('HDEL', key, 'f:' .. purpose, 'c:' .. purpose) > 0 then
  -- Behind HDEL: once a script has written, it may go on although the server's memory is full.
  put_guesses_back(key, record, purpose)
  record.failures[purpose], record.cooldowns[purpose] = nil, nil
  retain(key, record, TUNING.policy)
end
return { 'reset' }
