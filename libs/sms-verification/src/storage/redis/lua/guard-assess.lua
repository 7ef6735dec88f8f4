-- Judges a send by what became of others in the same range of numbers and, unless it is turned away, counts it
-- (rule R20). What is turned away leaves no record of its own. TUNING stands for the guard's numbers, which are put
-- into the source.
--
-- KEYS[1] start           when the first send was seen
-- KEYS[2] country         the levels of the number, coarse to fine
-- KEYS[3] operator
-- KEYS[4] range
-- ARGV[1] terms           four digits, each 0 or 1: 1 if the number has verified here, so that it passes and does not
--                         count; if the sender has just solved a challenge; if it is judged alone, and not counted; if
--                         what is not allowed is turned away, once the guard has warmed up; what an operator blocked
--                         always is
--
-- Reply: an integer, for what most sends are, because a list takes long: twice the moment when it was counted, and 1 more
--        if enforced; all was quiet.
-- Reply: { 'allow' | 'challenge' | 'refuse', 'known' | 'quiet' | 'burst' | 'conversion' | 'blocked' | 'unblocked',
--          'country' | 'operator' | 'range' | 'none', ms to wait, 1 if enforced, when it was counted or 0 }

-- @include clock
-- @include guard-record

local YES = 49
local values = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local known_start = started_at(values[1])
local started = known_start or now
local warming = now < started + TUNING.warmUpMs
local known, solved, resend, enforce = string.byte(ARGV[1], 1, 4)
local enforced = enforce == YES and not warming
if known == YES then
  keep_start(KEYS[1], started)
  return { 'allow', 'known', 'none', 0, enforced and 1 or 0, 0 }
end

-- @include guard-measures
-- @include guard-judgement
-- @include guard-count

local challenged = solved == YES
local country, found_country = unpack_record(values[2])
local operator, found_operator = unpack_record(values[3])
local range, found_range = unpack_record(values[4])
local levels = { country, operator, range }
advance(levels, warming)
if country.renewed or not known_start then
  keep_start(KEYS[1], started)
end

local decision, reason, wait, decided_by, from = ALLOW, 'quiet', 0, 0, 1
if
  challenged
  or not is_quiet(country, TUNING.burst[1])
  or not is_quiet(operator, TUNING.burst[2])
  or not is_quiet(range, TUNING.burst[3])
then
  -- Inside, because its functions would be made for every send, and this is seldom.
-- @include guard-verdict
  compare(levels)
  local by_hand
  decision, reason, wait, by_hand = judge_by_hand(levels)
  if by_hand then
    decided_by = by_hand
  else
    local own = {}
    decision, reason, wait = ALLOW, 'quiet', 0
    for depth = 1, 3 do
      local own_decision, own_reason, own_wait = judge_level(levels, depth, challenged)
      own[depth] = own_decision
      if own_decision ~= ALLOW and (own_decision > decision or (own_decision == decision and own_wait > wait)) then
        decision, reason, wait, decided_by = own_decision, own_reason, own_wait, depth
      end
    end
    -- Counts, at the end of a block that asks for challenges, whom it still turns away; who solves one was no demand.
    for depth = 1, 3 do
      local record = levels[depth]
      if record.state == CHALLENGED and record.until_ms - now <= TUNING.watchMs then
        if own[depth] ~= ALLOW then
          if decision ~= ALLOW then
            record.turned_away = math.min(MOST_SMALL, record.turned_away + 1)
          end
        elseif challenged and decision == ALLOW then
          record.turned_away = math.max(0, record.turned_away - 1)
          record.solved = math.min(MOST_SMALL, record.solved + 1)
        end
      end
    end
  end
  -- What a level with suspicions lets through is a test of that level alone.
  from = range.state ~= OPEN and 3 or operator.state ~= OPEN and 2 or 1
end
-- What an operator blocks needs no warm-up, and no trust in the guard's own judgement.
enforced = enforced or reason == 'blocked'
local counted = (decision == ALLOW or not enforced) and resend ~= YES
if counted then
  for depth = from, 3 do
    count(levels[depth], challenged)
  end
end
if counted or found_country then
  keep(KEYS[2], country, values[2], country.renewed and TUNING.keepMs[1])
end
if counted or found_operator then
  keep(KEYS[3], operator, values[3], operator.renewed and TUNING.keepMs[2])
end
if counted or found_range then
  keep(KEYS[4], range, values[4], range.renewed and TUNING.keepMs[3])
end

-- The last bits of the moment tell where the send was counted.
local assessed_at = counted and now - now % MARK + 2 * (from - 1) + (challenged and 1 or 0) or 0
if reason == 'quiet' and counted and decision == ALLOW then
  return assessed_at * 2 + (enforced and 1 or 0)
end
local word = decision == ALLOW and 'allow' or decision == CHALLENGE and 'challenge' or 'refuse'
local level = decided_by == 0 and 'none' or ({ 'country', 'operator', 'range' })[decided_by]
return { word, reason, level, wait, enforced and 1 or 0, assessed_at }
