-- What is kept of one level of the prefix guard: a string, packed big-endian. Nearly all levels that are kept are
-- quiet ones that somebody was sent to a few times, and theirs is the short form, of 12 bytes. A string that neither
-- form describes is foreign, and counts for nothing: the level starts afresh.
--
--   short   twice the age of the one pending slot; newest slot, trials, verified, usual, suspicion; in one byte what
--           was judged today (4 bits), and of the pending slot the sends (2) and those that verified (2)
--   long    1, with 2 added for a state and 4 for what was set by hand; newest slot, trials, verified, today, usual,
--           suspicion, and how many slots are pending; then of each, oldest first, its number, and what was sent and
--           verified, without a challenge and with one
--   state   state, its end, blocks, when the last began, turned away, solved, doubt, probed
--   manual  what was set by hand, and until when
--
-- The age of a slot is counted in slots, from the newest. The day is the newest slot's: slots never straddle two.
-- Each call makes every function anew, which is most of what it costs: there are few, and those that are seldom needed
-- are made when they are.
local SHORT, SHORT_BYTES = '>BI4BBHHB', 12
local LONG, LONG_BYTES = '>BI4I4I4I4I4I4B', 26
local PENDING, PENDING_BYTES = 'I4HHHH', 12
local STATE, STATE_BYTES = '>BI6BI6HHI4i4', 26
local MANUAL, MANUAL_BYTES = '>BI6', 7
local START = '>I6'
local OPEN, PROBING, CHALLENGED, REFUSED = 0, 1, 2, 3
local BLOCKED, UNBLOCKED = 1, 2
local MOST, MOST_SMALL = 4294967295, 65535
local DAY_MS = 86400000
-- The moment of a counted send is told to so many milliseconds; the rest tells where it was counted.
local MARK = 8
-- In `pending`, one after the other, what the long form has of each slot.
local EACH = 5
local floor, pack = math.floor, struct.pack
-- The slot of this moment.
local newest = floor(now / TUNING.slotMs)

-- The record of a level that is open, and never was anything else; without arguments, of one that nothing is known of.
local function new_record(slot, trials, verified, judged_today, usual, suspicion, pending)
  return {
    slot = slot or newest,
    pending = pending or {},
    trials = trials or 0,
    verified = verified or 0,
    today = judged_today or 0,
    usual = usual or 0,
    suspicion = suspicion or 0,
    state = OPEN,
    blocks = 0,
  }
end

-- Gives a record the fields that only levels have which were not always open.
local function set_state(record, state, until_ms, blocks, blocked_at, turned_away, solved, doubt, probed)
  record.state = state
  record.until_ms = until_ms
  record.blocks = blocks
  record.blocked_at = blocked_at
  record.turned_away = turned_away
  record.solved = solved
  record.doubt = doubt
  record.probed = probed
end

local function unpack_long(value)
  local head, slot, trials, verified, judged_today, usual, suspicion, slots = struct.unpack(LONG, value)
  local has_state, has_manual = head % 4 > 1, head > 3
  local state_at = LONG_BYTES + slots * PENDING_BYTES + 1
  local manual_at = state_at + (has_state and STATE_BYTES or 0)
  if head > 7 or slots > TUNING.slots or #value ~= manual_at + (has_manual and MANUAL_BYTES or 0) - 1 then
    return nil
  end
  local pending = {}
  if slots > 0 then
    pending = { struct.unpack('>' .. string.rep(PENDING, slots), value, LONG_BYTES + 1) }
    -- Where the next value would be.
    pending[#pending] = nil
  end
  local record = new_record(slot, trials, verified, judged_today, usual, suspicion, pending)
  if has_state then
    set_state(record, struct.unpack(STATE, value, state_at))
  end
  if has_manual then
    record.manual, record.manual_until = struct.unpack(MANUAL, value, manual_at)
  end
  if record.state > REFUSED or (record.manual or BLOCKED) > UNBLOCKED or record.blocks >= #TUNING.blocksMs then
    return nil
  end
  return record
end

-- The record in a value of MGET; false when there is none, or none that this guard can have written.
local function unpack_record(value)
  local record
  if not value then
    return false
  elseif #value == SHORT_BYTES then
    local head, slot, trials, verified, usual, suspicion, last = struct.unpack(SHORT, value)
    local sent, sent_verified = floor(last / 4) % 4, last % 4
    if head % 2 == 0 and sent_verified <= sent then
      local pending = sent > 0 and { slot - head / 2, sent, sent_verified, 0, 0 } or {}
      record = new_record(slot, trials, verified, floor(last / 16), usual, suspicion, pending)
    end
  elseif #value >= LONG_BYTES and string.byte(value) % 2 == 1 then
    record = unpack_long(value)
  end
  if not record or record.verified > record.trials or record.slot * TUNING.slotMs > now + DAY_MS then
    return false
  end
  return record
end

local function pack_long(record)
  local pending = record.pending
  local has_state, has_manual = record.state ~= OPEN or record.blocks > 0, record.manual ~= nil
  local slots = #pending / EACH
  local packed = pack(
    LONG .. string.rep(PENDING, slots),
    1 + (has_state and 2 or 0) + (has_manual and 4 or 0),
    record.slot,
    record.trials,
    record.verified,
    record.today,
    record.usual,
    record.suspicion,
    slots,
    unpack(pending)
  )
  if has_state then
    packed = packed
      .. pack(
        STATE,
        record.state,
        record.until_ms,
        record.blocks,
        record.blocked_at,
        record.turned_away,
        record.solved,
        record.doubt,
        record.probed
      )
  end
  return has_manual and packed .. pack(MANUAL, record.manual, record.manual_until) or packed
end

-- Writes a record, to be kept for so long; without a time, for as long as before.
local function keep(key, record, keep_ms)
  local pending, slot, packed = record.pending, record.slot, nil
  local sent, age = pending[2] or 0, slot - (pending[1] or slot)
  if
    record.state == OPEN
    and record.blocks == 0
    and not record.manual
    and record.today < 16
    and record.trials < 256
    and record.usual < 65536
    and record.suspicion < 65536
    and sent < 4
    and age < 128
    and (pending[4] or 0) == 0
    and not pending[EACH + 1]
  then
    local last = record.today * 16 + sent * 4 + (pending[3] or 0)
    packed = pack(SHORT, age * 2, slot, record.trials, record.verified, record.usual, record.suspicion, last)
  else
    packed = pack_long(record)
  end
  if not keep_ms then
    redis.call('SET', key, packed, 'KEEPTTL')
    return
  end
  local until_ms = now + keep_ms
  if record.manual and record.manual_until > until_ms then
    until_ms = record.manual_until
  end
  redis.call('SET', key, packed, 'PXAT', until_ms)
end

-- Pending sends that have not verified, without a challenge and with one; then those that have, likewise.
local function waiting_of(record)
  local pending, plain, challenged, plain_verified, challenged_verified = record.pending, 0, 0, 0, 0
  for at = 2, #pending, EACH do
    plain = plain + pending[at] - pending[at + 1]
    plain_verified = plain_verified + pending[at + 1]
    challenged = challenged + pending[at + 2] - pending[at + 3]
    challenged_verified = challenged_verified + pending[at + 3]
  end
  return plain, challenged, plain_verified, challenged_verified
end

-- When the first send was seen, from the value of its key; nil when that is not known.
local function started_at(value)
  local started = value and #value == 6 and struct.unpack(START, value)
  return started and started <= now + DAY_MS and started or nil
end

-- Written before any level, even when nothing changes: a script's arguments get the memory that those of the call before
-- had in the same place. A record stored in what a longer key had left would keep all of it, half as much again.
local function keep_start(key, started, ...)
  redis.call('SET', key, pack(START, started), ...)
end
