-- Corrects what is known of a counted send: it has verified, or no message went out. News that comes too late, and
-- of levels that are not remembered, changes nothing.
--
-- KEYS[1] start           when the first send was seen
-- KEYS[2] country         the levels of the number, coarse to fine
-- KEYS[3] operator
-- KEYS[4] range
-- ARGV[1] assessedAt      as guard-assess.lua told
-- ARGV[2] verified        1 if it has verified, 0 if it was none
--
-- Reply: { 'corrected' | 'past' }

-- @include clock
-- @include guard-record
-- @include guard-measures
-- @include guard-judgement
-- @include guard-correction

local assessed_at, verified = tonumber(ARGV[1]), ARGV[2] == '1'
if assessed_at <= 0 or assessed_at > now + MARK or assessed_at + TUNING.lateMs <= now then
  return { 'past' }
end
local values = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local started = started_at(values[1])
local warming = now < (started or now) + TUNING.warmUpMs
local challenged = assessed_at % 2 == 1
local from = floor(assessed_at / 2) % 4 + 1
local slot = floor(assessed_at / TUNING.slotMs)

local found, levels = {}, {}
for depth = 1, 3 do
  levels[depth], found[depth] = unpack_record(values[depth + 1])
end
advance(levels, warming)
compare(levels)
if started and found[1] and levels[1].renewed then
  keep_start(KEYS[1], started)
end

local function correct_level(record)
  record.packed = nil
  if slot <= record.slot - TUNING.slots then
    local change = verified and forgive or unjudge
    change(record, challenged)
    return
  end
  local pending = record.pending
  for at = 1, #pending, EACH do
    if pending[at] == slot then
      local sent_at = at + (challenged and 3 or 1)
      if pending[sent_at] > pending[sent_at + 1] then
        if verified then
          pending[sent_at + 1] = pending[sent_at + 1] + 1
        else
          pending[sent_at] = pending[sent_at] - 1
        end
      end
    end
  end
end

-- A coarser level than the one that counted the send learns nothing, but time has passed for it as well.
for depth = from, 3 do
  if found[depth] then
    correct_level(levels[depth])
  end
end
if found[1] then
  keep(KEYS[2], levels[1], values[2], levels[1].renewed and TUNING.keepMs[1])
end
if found[2] then
  keep(KEYS[3], levels[2], values[3], levels[2].renewed and TUNING.keepMs[2])
end
if found[3] then
  keep(KEYS[4], levels[3], values[4], levels[3].renewed and TUNING.keepMs[3])
end
return { 'corrected' }
