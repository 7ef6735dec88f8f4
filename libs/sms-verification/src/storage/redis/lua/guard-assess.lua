-- Judges a send by what became of others in the same range of numbers and, unless it is turned away, counts it
-- (rule R20). What is turned away leaves no record of its own. TUNING stands for the guard's numbers, which are put
-- into the source.
--
-- KEYS[1] start           when the first send was seen
-- KEYS[2] country         the levels of the number, coarse to fine
-- KEYS[3] operator
-- KEYS[4] range
-- ARGV[1] known           1 if the number has verified here: it passes and does not count
-- ARGV[2] challenged      1 if the sender has just solved a challenge
-- ARGV[3] resend          1 if it is judged alone, and not counted
-- ARGV[4] enforce         1 if what is not allowed is turned away, once the guard has warmed up; what an
--                         operator blocked always is
--
-- Reply: { 'allow' | 'challenge' | 'refuse', 'known' | 'quiet' | 'burst' | 'conversion' | 'blocked' | 'unblocked',
--          'country' | 'operator' | 'range' | 'none', ms to wait, 1 if enforced, when it was counted or 0 }

-- @include clock
-- @include guard-record

local values = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local started = started_at(values[1]) or now
keep_start(KEYS[1], started, 'PXAT', now + TUNING.keepStartMs)
local warming = now < started + TUNING.warmUpMs
local enforced = ARGV[4] == '1' and not warming
if ARGV[1] == '1' then
  return { 'allow', 'known', 'none', 0, enforced and 1 or 0, 0 }
end

-- @include guard-measures
-- @include guard-judgement
-- @include guard-count

local challenged = ARGV[2] == '1'
local found_country, found_operator, found_range =
  unpack_record(values[2]), unpack_record(values[3]), unpack_record(values[4])
local country, operator, range = found_country or new_record(), found_operator or new_record(), found_range or new_record()
local levels = { country, operator, range }
advance(levels, warming)

local decision, reason, wait, decided_by, from = ALLOW, 'quiet', 0, 0, 1
if
  challenged
  or not is_quiet(country, TUNING.burst[1])
  or not is_quiet(operator, TUNING.burst[2])
  or not is_quiet(range, TUNING.burst[3])
then
  -- Inside, because its functions would be made for every send, and this is seldom.
-- @include guard-verdict
  decision, reason, wait, decided_by = judge(levels, challenged)
  from = counted_from(levels)
end
-- What an operator blocks needs no warm-up, and no trust in the guard's own judgement.
enforced = enforced or reason == 'blocked'
local counted = (decision == ALLOW or not enforced) and ARGV[3] ~= '1'
if counted then
  for depth = from, 3 do
    count(levels[depth], challenged)
  end
end
if counted or found_country then
  keep(KEYS[2], country, TUNING.keepMs[1])
end
if counted or found_operator then
  keep(KEYS[3], operator, TUNING.keepMs[2])
end
if counted or found_range then
  keep(KEYS[4], range, TUNING.keepMs[3])
end

-- The last bits of the moment tell where the send was counted.
local assessed_at = counted and now - now % MARK + 2 * (from - 1) + (challenged and 1 or 0) or 0
local word = decision == ALLOW and 'allow' or decision == CHALLENGE and 'challenge' or 'refuse'
local level = decided_by == 0 and 'none' or ({ 'country', 'operator', 'range' })[decided_by]
return { word, reason, level, wait, enforced and 1 or 0, assessed_at }
