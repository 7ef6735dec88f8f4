-- What the levels say together, of use when something is the matter. The rules are those of abuse/prefix-guard/verdict.ts.

-- What an operator said of the finest level holds: decision, reason, wait and depth; nil when nothing was said.
local function judge_by_hand(levels)
  for depth = 3, 1, -1 do
    local record = levels[depth]
    if record.manual == BLOCKED then
      return REFUSE, 'blocked', record.manual_until - now, depth
    elseif record.manual == UNBLOCKED then
      return ALLOW, 'unblocked', 0, depth
    end
  end
  return nil
end

-- Until the oldest pending challenged send is judged.
local function ripens_in(record)
  local oldest, pending = record.slot, record.pending
  for at = 1, #pending, EACH do
    if pending[at + 3] > pending[at + 4] then
      oldest = pending[at]
      break
    end
  end
  return math.max(0, (oldest + TUNING.slots) * TUNING.slotMs - now)
end

local function is_healthy(record)
  if record.state ~= OPEN or record.trials < TUNING.healthyTrials then
    return false
  end
  if record.conversion < TUNING.healthyConversion then
    return false
  end
  weigh(record)
  local plain_waiting, challenged_waiting = waiting_of(record)
  local unusual = math.max(0, (plain_waiting + challenged_waiting) * 1000 - usual_pending(record))
  return record.suspicion + floor(unusual * record.bad / 1000) < TUNING.healthyEvidence
end

-- Whether a level finer than this one is well, with its pending sends taken for bad ones: it is refused nothing.
local function has_healthy_part(levels, depth)
  for finer = depth + 1, 3 do
    if is_healthy(levels[finer]) then
      return true
    end
  end
  return false
end

-- Until so many slots are judged that fewer than `room` pending sends are left. One that has verified is none and, with
-- `less` 2, makes room for another; challenged ones are left out with `plain_only`.
local function ripens_below(record, less, plain_only, room)
  local pending, left, oldest = record.pending, 0, record.slot
  local function crowd_at(at)
    local crowd = pending[at + 1] - less * pending[at + 2]
    return plain_only and crowd or crowd + pending[at + 3] - less * pending[at + 4]
  end
  for at = 1, #pending, EACH do
    left = left + crowd_at(at)
  end
  for at = 1, #pending, EACH do
    left = left - crowd_at(at)
    if left < room then
      oldest = pending[at]
      break
    end
  end
  return math.max(0, (oldest + TUNING.slots) * TUNING.slotMs - now)
end

-- Decision, reason, and how long it says so if nobody sends, of one level.
local function judge_level(levels, depth, challenged)
  local record = levels[depth]
  if record.state == REFUSED and not has_healthy_part(levels, depth) then
    return REFUSE, 'conversion', record.until_ms - now
  end
  local plain_waiting, challenged_waiting, plain_verified, challenged_verified = waiting_of(record)
  if challenged then
    if challenged_waiting < burst_of(record, TUNING.challengedBurst[depth]) + challenged_verified then
      return ALLOW, 'quiet', 0
    end
    return REFUSE, 'burst', ripens_in(record)
  end
  if record.state == CHALLENGED or record.state == REFUSED then
    return CHALLENGE, 'conversion', record.until_ms - now
  end
  if record.state == PROBING then
    if plain_waiting < TUNING.probes then
      return ALLOW, 'quiet', 0
    end
    return CHALLENGE, 'conversion', math.min(record.until_ms - now, ripens_below(record, 1, true, TUNING.probes))
  end
  local burst = burst_of(record, TUNING.burst[depth])
  if plain_waiting + challenged_waiting >= burst + plain_verified + challenged_verified then
    return CHALLENGE, 'burst', ripens_below(record, 2, false, burst)
  end
  return ALLOW, 'quiet', 0
end

-- Counts, at the end of a block that asks for challenges, whom it still turns away; who solves one was no demand.
local function note_demand(record, own_decision, decision, challenged)
  if record.state ~= CHALLENGED or record.until_ms - now > TUNING.watchMs then
    return
  end
  if own_decision ~= ALLOW then
    if decision ~= ALLOW then
      record.turned_away = math.min(MOST_SMALL, record.turned_away + 1)
    end
  elseif challenged and decision == ALLOW then
    record.turned_away = math.max(0, record.turned_away - 1)
    record.solved = math.min(MOST_SMALL, record.solved + 1)
  end
end

-- Decision, reason, wait, and the depth of the level that decided (0: none did). Of use when something is the matter.
local function judge(levels, challenged)
  local decision, reason, wait, decided_by = judge_by_hand(levels)
  if decision then
    return decision, reason, wait, decided_by
  end
  local own = {}
  decision, reason, wait, decided_by = ALLOW, 'quiet', 0, 0
  for depth = 1, 3 do
    local own_decision, own_reason, own_wait = judge_level(levels, depth, challenged)
    own[depth] = own_decision
    if
      own_decision ~= ALLOW
      and (own_decision > decision or (own_decision == decision and own_wait > wait))
    then
      decision, reason, wait, decided_by = own_decision, own_reason, own_wait, depth
    end
  end
  for depth = 1, 3 do
    note_demand(levels[depth], own[depth], decision, challenged)
  end
  return decision, reason, wait, decided_by
end
