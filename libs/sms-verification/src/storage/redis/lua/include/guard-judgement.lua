-- Judges what has become of sends. The rules are those of abuse/prefix-guard/judgement.ts, function by function.

local function bounded(evidence, threshold)
  return math.min(2 * threshold, math.max(0, evidence))
end

local function is_calm(evidence, threshold)
  return evidence * 1000 < threshold * TUNING.calm
end

local function learn(record, sent, verified)
  record.trials = record.trials + sent
  record.verified = record.verified + verified
  record.today = math.min(MOST, record.today + sent)
  while record.trials >= TUNING.longRun[record.depth] do
    record.trials = math.floor(record.trials / 2)
    record.verified = math.floor(record.verified / 2)
  end
end

local function probe(record, evidence, now)
  record.probed = record.probed + evidence
  if record.probed >= TUNING.probeConfirms then
    trip(record, now)
  elseif record.probed <= -TUNING.probeCloses then
    open(record)
  end
end

local function reconsider(record, evidence)
  record.suspicion = bounded(record.suspicion + evidence, record.trips)
  if record.state == CHALLENGED and is_calm(record.suspicion, record.trips) then
    open(record)
  end
end

local function judge_plain(record, sent, verified, now, warming)
  if sent == 0 then
    return
  end
  local evidence = (sent - verified) * record.bad + verified * record.good
  if record.manual == UNBLOCKED then
    learn(record, sent, verified)
  elseif record.state == OPEN then
    record.suspicion = bounded(record.suspicion + evidence, record.trips)
    if warming or is_calm(record.suspicion, record.trips) then
      learn(record, sent, verified)
    end
    if record.suspicion >= record.trips then
      trip(record, now)
    end
  elseif record.state == PROBING then
    if warming then
      learn(record, sent, verified)
    end
    probe(record, evidence, now)
  else
    if warming then
      learn(record, sent, verified)
    end
    reconsider(record, evidence)
  end
end

local function judge_challenged(record, sent, verified, now, warming)
  if sent == 0 then
    return
  end
  if record.state == OPEN then
    judge_plain(record, sent, verified, now, warming)
    return
  end
  local evidence = (sent - verified) * record.bad + verified * record.good
  record.doubt = bounded(record.doubt + evidence, record.refuses)
  if record.state ~= REFUSED and record.doubt >= record.refuses then
    refuse(record, now)
  end
end

-- Judges the slots that have ripened, oldest first.
local function mature(record, now, warming)
  local newest = math.floor(now / TUNING.slotMs)
  local ripe = newest - TUNING.slots
  local pending = record.pending
  if pending[1] and pending[1] <= ripe then
    weigh(record)
    local at = 1
    while pending[at] and pending[at] <= ripe do
      judge_plain(record, pending[at + 1], pending[at + 2], now, warming)
      judge_challenged(record, pending[at + 3], pending[at + 4], now, warming)
      at = at + EACH
    end
    record.pending = { unpack(pending, at) }
  end
  record.slot = math.max(record.slot, newest)
end

-- Brings the levels of one number, coarse to fine, up to this moment.
local function advance(levels, now, warming)
  local parent_conversion = TUNING.priorConversion
  for depth = 1, 3 do
    local record = levels[depth]
    if record.manual ~= NOT_MANUAL and record.manual_until <= now then
      record.manual = NOT_MANUAL
    end
    roll_day(record, now)
    record.depth = depth
    record.conversion = conversion_of(record, parent_conversion)
    parent_conversion = record.conversion
  end
  for depth = 3, 1, -1 do
    mature(levels[depth], now, warming)
    pass_time(levels[depth], now)
  end
end
