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

-- Until so many slots are judged that fewer than `room` pending sends are left of so many. One that has verified is
-- none and, with `less` 2, makes room for another; challenged ones are left out with `plain_only`.
local function ripens_below(record, left, less, plain_only, room)
  local pending, oldest = record.pending, record.slot
  for at = 1, #pending, EACH do
    left = left - pending[at + 1] + less * pending[at + 2]
    if not plain_only then
      left = left - pending[at + 3] + less * pending[at + 4]
    end
    if left < room then
      oldest = pending[at]
      break
    end
  end
  local wait = (oldest + TUNING.slots) * TUNING.slotMs - now
  return wait > 0 and wait or 0
end

-- By depth. A list is made anew wherever it stands.
local bursts = TUNING.burst

-- Decision, reason, and how long it says so if nobody sends, of one level.
local function judge_level(levels, depth, challenged)
  local record = levels[depth]
  local state = record.state
  if state == REFUSED then
    -- A level finer than this one that is well, with its pending sends taken for bad ones, is refused nothing.
    local has_healthy_part = false
    for finer = depth + 1, 3 do
      local part = levels[finer]
      if
        part.state == OPEN
        and part.trials >= TUNING.healthyTrials
        and part.conversion >= TUNING.healthyConversion
      then
        weigh(part)
        local plain, solved = waiting_of(part)
        local unusual = math.max(0, (plain + solved) * 1000 - usual_pending(part))
        if part.suspicion + floor(unusual * part.bad / 1000) < TUNING.healthyEvidence then
          has_healthy_part = true
        end
      end
    end
    if not has_healthy_part then
      return REFUSE, 'conversion', record.until_ms - now
    end
  end
  local plain, solved, plain_verified, solved_verified = waiting_of(record)
  if challenged then
    if solved < burst_of(record, TUNING.challengedBurst[depth]) + solved_verified then
      return ALLOW, 'quiet', 0
    end
    -- Until the oldest pending challenged send is judged.
    local oldest, pending = record.slot, record.pending
    for at = 1, #pending, EACH do
      if pending[at + 3] > pending[at + 4] then
        oldest = pending[at]
        break
      end
    end
    return REFUSE, 'burst', math.max(0, (oldest + TUNING.slots) * TUNING.slotMs - now)
  end
  if state == OPEN then
    local burst = burst_of(record, bursts[depth])
    local crowd = plain + solved - plain_verified - solved_verified
    if crowd < burst then
      return ALLOW, 'quiet', 0
    end
    return CHALLENGE, 'burst', ripens_below(record, crowd, 2, false, burst)
  end
  if state ~= PROBING then
    return CHALLENGE, 'conversion', record.until_ms - now
  end
  if plain < TUNING.probes then
    return ALLOW, 'quiet', 0
  end
  local probed_in = ripens_below(record, plain, 1, true, TUNING.probes)
  return CHALLENGE, 'conversion', math.min(record.until_ms - now, probed_in)
end
