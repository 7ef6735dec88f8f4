-- Judges what has become of sends. The rules are those of abuse/prefix-guard/judgement.ts, ladder.ts and measures.ts.

-- What judges sends that have ripened, and moves levels: open → challenged → refused, and back down: refused →
-- challenged → probing → open. Most sends find nothing that has ripened, and all levels open: made when first needed.
local made_judgement
local function judgement()
  if made_judgement then
    return made_judgement
  end

  local function bounded(evidence, threshold)
    if evidence < 0 then
      return 0
    end
    return evidence < 2 * threshold and evidence or 2 * threshold
  end

  local function is_calm(evidence, threshold)
    return evidence * 1000 < threshold * TUNING.calm
  end

  local function learn(record, sent, verified)
    record.trials = record.trials + sent
    record.verified = record.verified + verified
    record.today = math.min(MOST, record.today + sent)
    while record.trials >= TUNING.longRun[record.depth] do
      record.trials = floor(record.trials / 2)
      record.verified = floor(record.verified / 2)
    end
  end

  local function forget_demand(record)
    record.turned_away = 0
    record.solved = 0
  end

  local function open(record)
    record.state, record.until_ms, record.suspicion, record.doubt, record.probed = OPEN, 0, 0, 0, 0
    record.blocked_at = record.blocked_at or 0
    forget_demand(record)
  end

  local function begin_block(record)
    if (record.blocked_at or 0) + TUNING.blockMemoryMs <= now then
      record.blocks = 0
    end
    record.until_ms = now + TUNING.blocksMs[record.blocks + 1]
    record.blocks = math.min(record.blocks + 1, TUNING.blockLengths - 1)
    record.blocked_at = now
    forget_demand(record)
  end

  -- The level asks for challenges.
  local function trip(record)
    begin_block(record)
    record.state = CHALLENGED
    record.suspicion = math.max(record.suspicion, record.trips)
    record.doubt = 0
    record.probed = 0
  end

  -- The level refuses challenged sends too.
  local function refuse(record)
    begin_block(record)
    record.state = REFUSED
  end

  -- Whether more were turned away than honest people are.
  local function is_demanded(record)
    local honest = record.solved == 0
        and floor(record.usual * TUNING.demandFactor * TUNING.watchMs / DAY_MS / 1000)
      or floor(record.solved * TUNING.demandToSolved / 1000)
    return record.turned_away > TUNING.demandFloor + honest
  end

  -- Follows the states that time ends, each at its own end, until one lasts beyond now.
  local function pass_time(record)
    while record.state ~= OPEN and record.until_ms <= now do
      local demanded = is_demanded(record) and now < record.until_ms + TUNING.watchMs
      forget_demand(record)
      if record.state == PROBING then
        open(record)
      elseif record.state == REFUSED then
        record.state = CHALLENGED
        record.until_ms = record.until_ms + TUNING.watchMs
        weigh(record)
        record.doubt = floor(record.refuses / 2)
      elseif demanded then
        record.until_ms = now + TUNING.watchMs
      else
        record.state = PROBING
        record.until_ms = record.until_ms + TUNING.probeMs
        record.probed = 0
      end
    end
  end

  local function probe(record, evidence)
    record.probed = record.probed + evidence
    if record.probed >= TUNING.probeConfirms then
      trip(record)
    elseif record.probed <= -TUNING.probeCloses then
      open(record)
    end
  end

  -- More of the sends that tripped the level become known: with enough good news it was an error.
  local function reconsider(record, evidence)
    record.suspicion = bounded(record.suspicion + evidence, record.trips)
    if record.state == CHALLENGED and is_calm(record.suspicion, record.trips) then
      open(record)
    end
  end

  local function judge_challenged(record, evidence)
    record.doubt = bounded(record.doubt + evidence, record.refuses)
    if record.state ~= REFUSED and record.doubt >= record.refuses then
      refuse(record)
    end
  end

  -- Carries the sends of the newest slot's day into the average, when today is so many days later.
  local function roll_day(record, days)
    local function averaged(usual, sent)
      return math.min(MOST, floor((usual * 3 + sent * 1000) / 4))
    end

    if record.usual == 0 then
      record.usual = math.min(MOST, record.today * 1000)
    else
      record.usual = averaged(record.usual, record.today)
    end
    for _ = 1, math.min(days - 1, 14) do
      record.usual = averaged(record.usual, 0)
    end
    record.today = 0
  end

  local function judge_sends(record, sent, verified, challenged, warming)
    local state = record.state
    local evidence = (sent - verified) * record.bad + verified * record.good
    if challenged and state ~= OPEN then
      judge_challenged(record, evidence)
    elseif record.manual == UNBLOCKED then
      learn(record, sent, verified)
    elseif state == OPEN then
      record.suspicion = bounded(record.suspicion + evidence, record.trips)
      if warming or is_calm(record.suspicion, record.trips) then
        learn(record, sent, verified)
      end
      if record.suspicion >= record.trips then
        trip(record)
      end
    else
      if warming then
        learn(record, sent, verified)
      end
      if state == PROBING then
        probe(record, evidence)
      else
        reconsider(record, evidence)
      end
    end
  end

  -- Judges the slots that have ripened, oldest first.
  local function mature(record, warming)
    local pending, ripe, at = record.pending, newest - TUNING.slots, 1
    weigh(record)
    while pending[at] and pending[at] <= ripe do
      if pending[at + 1] > 0 then
        judge_sends(record, pending[at + 1], pending[at + 2], false, warming)
      end
      if pending[at + 3] > 0 then
        judge_sends(record, pending[at + 3], pending[at + 4], true, warming)
      end
      at = at + EACH
    end
    record.pending = { unpack(pending, at) }
  end

  made_judgement = {
    bounded = bounded,
    is_calm = is_calm,
    open = open,
    pass_time = pass_time,
    probe = probe,
    reconsider = reconsider,
    roll_day = roll_day,
    mature = mature,
  }
  return made_judgement
end

-- How many of its sends verify, of each level with what is known of the coarser ones; once, before anything is judged.
local function compare(levels)
  if levels[1].conversion then
    return
  end
  local conversion = TUNING.priorConversion
  for depth = 1, 3 do
    local record = levels[depth]
    conversion = floor(
      (record.verified * 1000 + TUNING.shrinkage * conversion) / (record.trials + TUNING.shrinkage) + 0.5
    )
    record.depth, record.conversion = depth, conversion
  end
end

-- Brings the levels of one number, coarse to fine, up to this moment.
local function advance(levels, warming)
  for depth = 1, 3 do
    local record = levels[depth]
    if record.manual and record.manual_until <= now then
      record.manual, record.packed = nil, nil
    end
    if record.slot < newest then
      record.packed = nil
      local days = floor(now / DAY_MS) - floor(record.slot * TUNING.slotMs / DAY_MS)
      if days > 0 then
        record.renewed = true
        judgement().roll_day(record, days)
      end
    end
  end
  -- Fine levels first: what they trip for, the coarser ones need not.
  for depth = 3, 1, -1 do
    local record = levels[depth]
    local oldest = record.pending[1]
    if oldest and oldest <= newest - TUNING.slots then
      local was_open = record.state == OPEN
      record.packed = nil
      compare(levels)
      judgement().mature(record, warming)
      if was_open and record.state ~= OPEN then
        -- What it has tripped for weighs less against the coarser ones, and not nothing: it may be one of many.
        local relief = floor(record.trips * TUNING.relief / 1000)
        for coarser = 1, depth - 1 do
          levels[coarser].packed = nil
          levels[coarser].suspicion = math.max(0, levels[coarser].suspicion - relief)
        end
      end
    end
    if record.slot < newest then
      record.slot = newest
    end
    if record.state ~= OPEN then
      record.packed = nil
      compare(levels)
      judgement().pass_time(record)
    end
  end
end
