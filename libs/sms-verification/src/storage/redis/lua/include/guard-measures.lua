-- What a level is measured by. The rules are those of abuse/prefix-guard/measures.ts, function by function.

local function thousandths(value)
  return math.floor(value * 1000 + 0.5)
end

local function averaged(usual, today)
  return math.min(MOST, math.floor((usual * 3 + today * 1000) / 4))
end

-- Carries the day's sends into the average.
local function roll_day(record, now)
  local day = math.floor(now / DAY_MS)
  if day <= record.day then
    return
  end
  if record.usual == 0 then
    record.usual = math.min(MOST, record.today * 1000)
  else
    record.usual = averaged(record.usual, record.today)
  end
  for _ = 1, math.min(day - record.day - 1, 14) do
    record.usual = averaged(record.usual, 0)
  end
  record.day = day
  record.today = 0
end

-- The long run's conversion, shrunk towards the parent's.
local function conversion_of(record, parent_conversion)
  return math.floor(
    (record.verified * 1000 + TUNING.shrinkage * parent_conversion) / (record.trials + TUNING.shrinkage) + 0.5
  )
end

-- Sends that are usual in the time that pending ones take, in thousandths.
local function usual_pending(record)
  return math.floor(record.usual * TUNING.slotMs * TUNING.slots / DAY_MS)
end

-- Sends that may be pending when `least` of them may be in a level where none are usual.
local function burst_of(record, least)
  return math.max(least, math.floor(usual_pending(record) * TUNING.burstFactor / 1000))
end

-- So many times what is usual in the end of a block in which demand is watched.
local function usual_demand(record)
  return math.floor(record.usual * TUNING.demandFactor * TUNING.watchMs / DAY_MS / 1000)
end

-- What evidence weighs, and how much of it the level needs; of use only when there is evidence.
local function weigh(record)
  if record.bad then
    return
  end
  local healthy = math.min(TUNING.healthyHigh, math.max(TUNING.healthyLow, record.conversion - TUNING.margin))
  local attacked = math.floor(healthy * TUNING.attacked / 1000 + 0.5)
  local volume = thousandths(math.log(1 + record.usual / 1000 / TUNING.volumeUnit))
  record.bad = thousandths(math.log((1000 - attacked) / (1000 - healthy)))
  record.good = thousandths(math.log(attacked / healthy))
  record.trips = TUNING.thresholds[record.depth] + volume
  record.refuses = TUNING.refuseThresholds[record.depth] + volume
end
