-- What the levels say together. The rules are those of abuse/prefix-guard/verdict.ts, function by function.
local ALLOW, CHALLENGE, REFUSE = 0, 1, 2

-- What an operator said of the finest level holds: decision, reason, wait and depth; nil when nothing was said.
local function judge_by_hand(levels, now)
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
local function ripens_in(record, now)
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
  local plain_waiting, challenged_waiting = unverified(record)
  local unusual = math.max(0, (plain_waiting + challenged_waiting) * 1000 - usual_pending(record))
  return record.suspicion + math.floor(unusual * record.bad / 1000) < TUNING.healthyEvidence
end

-- Whether a level finer than this one has shown that it is well: with its pending sends taken for bad ones.
local function has_healthy_part(levels, depth)
  for finer = depth + 1, 3 do
    if is_healthy(levels[finer]) then
      return true
    end
  end
  return false
end

-- Decision, reason and wait of one level.
local function judge_level(levels, depth, challenged, now)
  local record = levels[depth]
  if record.state == REFUSED and not has_healthy_part(levels, depth) then
    return REFUSE, 'conversion', record.until_ms - now
  end
  local plain_waiting, challenged_waiting = unverified(record)
  if challenged then
    if challenged_waiting < burst_of(record, TUNING.challengedBurst[record.depth]) then
      return ALLOW, 'quiet', 0
    end
    return REFUSE, 'burst', ripens_in(record, now)
  end
  if record.state == CHALLENGED or record.state == REFUSED then
    return CHALLENGE, 'conversion', 0
  end
  if record.state == PROBING then
    if plain_waiting < TUNING.probes then
      return ALLOW, 'quiet', 0
    end
    return CHALLENGE, 'conversion', 0
  end
  if plain_waiting + challenged_waiting >= burst_of(record, TUNING.burst[record.depth]) then
    return CHALLENGE, 'burst', 0
  end
  return ALLOW, 'quiet', 0
end

-- Counts, at the end of a block, whom it still turns away; somebody who solves a challenge was no demand.
local function note_demand(record, own_decision, decision, challenged, now)
  if (record.state ~= CHALLENGED and record.state ~= REFUSED) or record.until_ms - now > TUNING.watchMs then
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

-- Decision, reason, wait, and the depth of the level that decided (0: none did).
local function judge(levels, challenged, now)
  local decision, reason, wait, decided_by = judge_by_hand(levels, now)
  if decision then
    return decision, reason, wait, decided_by
  end
  local own = {}
  decision, reason, wait, decided_by = ALLOW, 'quiet', 0, 0
  for depth = 1, 3 do
    local own_decision, own_reason, own_wait = judge_level(levels, depth, challenged, now)
    own[depth] = own_decision
    if
      own_decision ~= ALLOW
      and (own_decision > decision or (own_decision == decision and own_wait > wait))
    then
      decision, reason, wait, decided_by = own_decision, own_reason, own_wait, depth
    end
  end
  for depth = 1, 3 do
    note_demand(levels[depth], own[depth], decision, challenged, now)
  end
  return decision, reason, wait, decided_by
end

-- The coarsest level that counts a send: what a level with suspicions lets through is a test of that level alone.
local function counted_from(levels)
  for depth = 3, 2, -1 do
    if levels[depth].state ~= OPEN then
      return depth
    end
  end
  return 1
end

-- Counts one more send in the newest slot.
local function count(record, challenged)
  local pending = record.pending
  local newest = #pending - EACH + 1
  if pending[newest] ~= record.slot then
    newest = newest + EACH
    pending[newest] = record.slot
    for at = newest + 1, newest + EACH - 1 do
      pending[at] = 0
    end
  end
  local at = newest + (challenged and 3 or 1)
  pending[at] = math.min(MOST_SMALL, pending[at] + 1)
end
