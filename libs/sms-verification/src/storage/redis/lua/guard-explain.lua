-- Tells how the three levels of a number stand, and what each would answer now to a send without a challenge; changes
-- nothing.
--
-- KEYS[1] start           when the first send was seen
-- KEYS[2] country         the levels of the number, coarse to fine
-- KEYS[3] operator
-- KEYS[4] range
--
-- Reply: { 'open' | 'probing' | 'challenged' | 'refused' | 'blocked' | 'unblocked', ms to wait, pending sends,
--          conversion in thousandths, evidence of an attack, evidence that trips the level,
--          0 to allow or 1 to challenge or 2 to refuse,
--          'quiet' | 'burst' | 'conversion' | 'blocked' | 'unblocked', ms it says so, 1 if enforced,
--          'open' | 'probing' | 'challenged' | 'refused' | 'blocked' | 'unblocked', ms to wait, pending sends,
--          conversion in thousandths, evidence of an attack, evidence that trips the level,
--          0 to allow or 1 to challenge or 2 to refuse,
--          'quiet' | 'burst' | 'conversion' | 'blocked' | 'unblocked', ms it says so, 1 if enforced,
--          'open' | 'probing' | 'challenged' | 'refused' | 'blocked' | 'unblocked', ms to wait, pending sends,
--          conversion in thousandths, evidence of an attack, evidence that trips the level,
--          0 to allow or 1 to challenge or 2 to refuse,
--          'quiet' | 'burst' | 'conversion' | 'blocked' | 'unblocked', ms it says so, 1 if enforced }

-- @include clock
-- @include guard-record
-- @include guard-measures
-- @include guard-judgement
-- @include guard-count
-- @include guard-verdict

local values = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local warming = now < (started_at(values[1]) or now) + TUNING.warmUpMs
local levels = {}
for depth = 1, 3 do
  levels[depth] = unpack_record(values[depth + 1])
end
advance(levels, warming)
compare(levels)

local reply = {}
local function tell(...)
  for _, value in ipairs({ ... }) do
    reply[#reply + 1] = value
  end
end

for depth = 1, 3 do
  local record = levels[depth]
  if record.manual == BLOCKED then
    tell('blocked', record.manual_until - now)
  elseif record.manual == UNBLOCKED then
    tell('unblocked', record.manual_until - now)
  elseif record.state == OPEN then
    tell('open', 0)
  else
    tell(({ 'probing', 'challenged', 'refused' })[record.state], record.until_ms - now)
  end
  local plain, challenged = waiting_of(record)
  tell(plain + challenged, record.conversion)
  weigh(record)
  if record.state == OPEN then
    tell(record.suspicion, record.trips)
  else
    tell(1, 1)
  end
  local decision, reason, wait, by_hand = judge_by_hand(levels)
  if not decision then
    decision, reason, wait = judge_level(levels, depth, false)
  elseif by_hand ~= depth then
    decision, reason, wait = ALLOW, 'quiet', 0
  end
  local enforced = not warming or reason == 'blocked'
  tell(decision, reason, wait, enforced and 1 or 0)
end
return reply
