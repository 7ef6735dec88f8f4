-- Corrects what is known of a send that was judged unverified. The rules are those of abuse/prefix-guard/judgement.ts.

local function correct(record, challenged, evidence)
  local judged = judgement()
  if record.state == OPEN then
    record.suspicion = judged.bounded(record.suspicion + evidence, record.trips)
  elseif challenged then
    record.doubt = judged.bounded(record.doubt + evidence, record.refuses)
    if record.state == REFUSED and judged.is_calm(record.doubt, record.refuses) then
      record.state = CHALLENGED
    end
  elseif record.state == PROBING then
    judged.probe(record, evidence)
  else
    judged.reconsider(record, evidence)
  end
end

-- It has verified after all.
local function forgive(record, challenged)
  weigh(record)
  record.verified = math.min(record.trials, record.verified + 1)
  correct(record, challenged, record.good - record.bad)
end

-- It was none.
local function unjudge(record, challenged)
  weigh(record)
  if record.trials > record.verified then
    record.trials = record.trials - 1
  end
  if record.today > 0 then
    record.today = record.today - 1
  end
  correct(record, challenged, -record.bad)
end
