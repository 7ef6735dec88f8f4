-- Refuses a level by hand, or ends any refusal of it, forgets the suspicion against it, and keeps it open.
--
-- KEYS[1] level           what is kept of the level
-- ARGV[1] depth           1 country, 2 operator, 3 range
-- ARGV[2] open            1 to keep it open, 0 to refuse it
-- ARGV[3] durationMs      for so long
--
-- Reply: { 'set' }

-- @include clock
-- @include guard-record
-- @include guard-measures
-- @include guard-judgement

local key = KEYS[1]
local value = redis.call('MGET', key)[1]
local record = unpack_record(value)
record.packed = nil
if ARGV[2] == '1' then
  judgement().open(record)
  record.blocks = 0
  record.manual = UNBLOCKED
else
  record.manual = BLOCKED
end
record.manual_until = now + tonumber(ARGV[3])
keep(key, record, value, TUNING.keepMs[tonumber(ARGV[1])])
return { 'set' }
