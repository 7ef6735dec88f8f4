-- open → challenged → refused, and back down: refused → challenged → probing → open. The rules are those of
-- abuse/prefix-guard/ladder.ts, function by function.

local function forget_demand(record)
  record.turned_away = 0
  record.solved = 0
end

-- Whether more were turned away than honest people are.
local function is_demanded(record)
  local honest = record.solved == 0 and usual_demand(record) or math.floor(record.solved * TUNING.demandToSolved / 1000)
  return record.turned_away > TUNING.demandFloor + honest
end

local function open(record)
  record.state = OPEN
  record.until_ms = 0
  record.suspicion = 0
  record.doubt = 0
  record.probed = 0
  forget_demand(record)
end

local function begin_block(record, now)
  if record.blocked_at + TUNING.blockMemoryMs <= now then
    record.blocks = 0
  end
  record.until_ms = now + TUNING.blocksMs[record.blocks + 1]
  record.blocks = math.min(record.blocks + 1, #TUNING.blocksMs - 1)
  record.blocked_at = now
  forget_demand(record)
end

local function trip(record, now)
  begin_block(record, now)
  record.state = CHALLENGED
  record.suspicion = math.max(record.suspicion, record.trips)
  record.doubt = 0
  record.probed = 0
end

local function refuse(record, now)
  begin_block(record, now)
  record.state = REFUSED
end

-- Follows the states that time ends, each at its own end, until one lasts beyond now.
local function pass_time(record, now)
  while record.state ~= OPEN and record.until_ms <= now do
    local demanded = is_demanded(record) and now < record.until_ms + TUNING.watchMs
    forget_demand(record)
    if record.state == PROBING then
      open(record)
    elseif demanded then
      record.until_ms = now + TUNING.watchMs
    elseif record.state == REFUSED then
      record.state = CHALLENGED
      record.until_ms = record.until_ms + TUNING.watchMs
      weigh(record)
      record.doubt = math.floor(record.refuses / 2)
    else
      record.state = PROBING
      record.until_ms = record.until_ms + TUNING.probeMs
      record.probed = 0
    end
  end
end
