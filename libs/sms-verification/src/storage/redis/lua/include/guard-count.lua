-- What every send asks of its levels: whether all is quiet, and to be counted.
local ALLOW, CHALLENGE, REFUSE = 0, 1, 2

-- Whether nothing is the matter with a level, for a send without a challenge.
local function is_quiet(record, burst)
  if record.state ~= OPEN or record.manual then
    return false
  end
  -- A crowd of people who verify makes room for as many who have not yet.
  local pending, crowd = record.pending, 0
  for at = 2, #pending, EACH do
    crowd = crowd + pending[at] + pending[at + 2] - 2 * (pending[at + 1] + pending[at + 3])
  end
  return crowd < burst or crowd < burst_of(record, burst)
end

-- Counts one more send in the newest slot.
local function count(record, challenged)
  local pending, packed = record.pending, record.packed
  local at = #pending - EACH + 1
  if at < 1 then
    pending, at, packed = { record.slot, 0, 0, 0, 0 }, 1, nil
    record.pending = pending
  elseif pending[at] ~= record.slot then
    at, packed = at + EACH, nil
    pending[at], pending[at + 1], pending[at + 2], pending[at + 3], pending[at + 4] = record.slot, 0, 0, 0, 0
  end
  at = at + (challenged and 3 or 1)
  if pending[at] >= MOST_SMALL then
    return
  end
  pending[at] = pending[at] + 1
  if packed and #packed == SHORT_BYTES and pending[at] < 4 and not challenged then
    -- Where the last byte begins, in which the sends stand above the two bits of those that verified.
    record.change_at = '11'
    record.change = string.char(string.byte(packed, SHORT_BYTES) + 4)
  elseif packed and #packed >= LONG_BYTES then
    -- Under traffic the coarse levels have many slots, and this is all that changes: two bytes, so far from their end.
    record.change_at = string.format('%d', LONG_BYTES + #pending / EACH * PENDING_BYTES - (challenged and 4 or 8))
    record.change = pack('>H', pending[at])
  else
    record.packed = nil
  end
end
