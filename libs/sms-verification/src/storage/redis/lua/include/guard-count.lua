-- What every send asks of its levels: whether all is quiet, and to be counted.
local ALLOW, CHALLENGE, REFUSE = 0, 1, 2

-- Whether nothing is the matter with a level, for a send without a challenge.
local function is_quiet(record, burst)
  if record.state ~= OPEN or record.manual then
    return false
  end
  local plain, challenged, plain_verified, challenged_verified = waiting_of(record)
  -- A crowd of people who verify makes room for as many who have not yet.
  local crowd = plain + challenged - plain_verified - challenged_verified
  return crowd < burst or crowd < burst_of(record, burst)
end

-- The coarsest level that counts a send: what a level with suspicions lets through is a test of that level alone.
local function counted_from(levels)
  return levels[3].state ~= OPEN and 3 or levels[2].state ~= OPEN and 2 or 1
end

-- Counts one more send in the newest slot.
local function count(record, challenged)
  local pending = record.pending
  local at = #pending - EACH + 1
  if pending[at] ~= record.slot then
    at = at + EACH
    pending[at], pending[at + 1], pending[at + 2], pending[at + 3], pending[at + 4] = record.slot, 0, 0, 0, 0
  end
  at = at + (challenged and 3 or 1)
  if pending[at] < MOST_SMALL then
    pending[at] = pending[at] + 1
  end
end
