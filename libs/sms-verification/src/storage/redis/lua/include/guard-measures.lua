-- What a level is measured by. The rules are those of abuse/prefix-guard/measures.ts.

-- Sends that are usual in the time that pending ones take, in thousandths.
local function usual_pending(record)
  return floor(record.usual * TUNING.slotMs * TUNING.slots / DAY_MS)
end

-- Sends that may be pending: `least`, or more where more are usual.
local function burst_of(record, least)
  local usual_burst = floor(usual_pending(record) * TUNING.burstFactor / 1000)
  return usual_burst > least and usual_burst or least
end

-- What evidence weighs, and how much of it the level needs; of use only when there is evidence.
local function weigh(record)
  if record.bad then
    return
  end
  local healthy = math.min(TUNING.healthyHigh, math.max(TUNING.healthyLow, record.conversion - TUNING.margin))
  local attacked = floor(healthy * TUNING.attacked / 1000 + 0.5)
  local volume = floor(math.log(1 + record.usual / 1000 / TUNING.volumeUnit) * 1000 + 0.5)
  record.bad = floor(math.log((1000 - attacked) / (1000 - healthy)) * 1000 + 0.5)
  record.good = floor(math.log(attacked / healthy) * 1000 + 0.5)
  record.trips = TUNING.thresholds[record.depth] + floor(volume * TUNING.volumeWeights[record.depth] / 1000)
  record.refuses = TUNING.refuseThresholds[record.depth] + volume
end
