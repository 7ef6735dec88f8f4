-- What is kept of one level of the prefix guard: a string, packed big-endian. Nearly all levels that are kept are
-- quiet ones that somebody was sent to a few times, and theirs is the short form, of 12 bytes. A string that neither
-- form describes is foreign, and counts for nothing: the level starts afresh.
--
--   short   twice the age of the one pending slot; newest slot, trials, verified, usual, suspicion; in one byte what
--           was judged today (4 bits), and of the pending slot the sends (2) and those that verified (2)
--   long    1, with 2 added for a state and 4 for what was set by hand; newest slot, trials, verified, today, usual,
--           suspicion, and how many slots are pending; of each its age, and what was sent and verified, without a
--           challenge and with one
--   state   state, its end, blocks, when the last began, turned away, solved, doubt, probed
--   manual  what was set by hand, and until when
--
-- The age of a slot is counted in slots, from the newest. The day is the newest slot's: slots never straddle two.
local SHORT, SHORT_BYTES = '>BI4BBHHB', 12
local LONG, LONG_BYTES = '>BI4I4I4I4I4I4B', 26
local PENDING, PENDING_BYTES = 'BHHHH', 9
local STATE, STATE_BYTES = '>BI6BI6HHI4i4', 26
local MANUAL, MANUAL_BYTES = '>BI6', 7
local START = '>I6'
local OPEN, PROBING, CHALLENGED, REFUSED = 0, 1, 2, 3
local NOT_MANUAL, BLOCKED, UNBLOCKED = 0, 1, 2
local MOST, MOST_SMALL, MOST_BYTE = 4294967295, 65535, 255
local DAY_MS = 86400000
-- The moment of a counted send is told to so many milliseconds; the rest tells where it was counted.
local MARK = 8
-- Of each pending slot, oldest first: its number, sent and verified without a challenge, the same with one.
local EACH = 5

local function new_record(slot, trials, verified, today, usual, suspicion)
  return {
    slot = slot,
    day = math.floor(slot * TUNING.slotMs / DAY_MS),
    pending = {},
    trials = trials,
    verified = verified,
    today = today,
    usual = usual,
    suspicion = suspicion,
    state = OPEN,
    until_ms = 0,
    blocks = 0,
    blocked_at = 0,
    turned_away = 0,
    solved = 0,
    doubt = 0,
    probed = 0,
    manual = NOT_MANUAL,
    manual_until = 0,
  }
end

local function unpack_short(value)
  local head, slot, trials, verified, usual, suspicion, last = struct.unpack(SHORT, value)
  local sent = math.floor(last / 4) % 4
  if last % 4 > sent then
    return nil
  end
  local record = new_record(slot, trials, verified, math.floor(last / 16), usual, suspicion)
  if sent > 0 then
    record.pending = { slot - head / 2, sent, last % 4, 0, 0 }
  end
  return record
end

local function unpack_long(value)
  local head, slot, trials, verified, today, usual, suspicion, slots = struct.unpack(LONG, value)
  local has_state, has_manual = math.floor(head / 2) % 2 == 1, math.floor(head / 4) % 2 == 1
  local state_at = LONG_BYTES + slots * PENDING_BYTES + 1
  local manual_at = state_at + (has_state and STATE_BYTES or 0)
  if head > 7 or slots > TUNING.slots or #value ~= manual_at + (has_manual and MANUAL_BYTES or 0) - 1 then
    return nil
  end
  local record = new_record(slot, trials, verified, today, usual, suspicion)
  if slots > 0 then
    local pending = { struct.unpack('>' .. string.rep(PENDING, slots), value, LONG_BYTES + 1) }
    pending[#pending] = nil
    for at = 1, #pending, EACH do
      pending[at] = slot - pending[at]
    end
    record.pending = pending
  end
  if has_state then
    record.state, record.until_ms, record.blocks, record.blocked_at, record.turned_away, record.solved, record.doubt, record.probed =
      struct.unpack(STATE, value, state_at)
  end
  if has_manual then
    record.manual, record.manual_until = struct.unpack(MANUAL, value, manual_at)
  end
  return record
end

-- The record in a value of MGET; nil when there is none, or none that this guard can have written.
local function unpack_record(value, now)
  if not value or #value < SHORT_BYTES then
    return nil
  end
  local is_long = string.byte(value) % 2 == 1
  local record
  if is_long and #value >= LONG_BYTES then
    record = unpack_long(value)
  elseif not is_long and #value == SHORT_BYTES then
    record = unpack_short(value)
  end
  local newest = math.floor(now / TUNING.slotMs)
  local foreign = not record
    or record.slot > newest + TUNING.slots
    or record.verified > record.trials
    or record.state > REFUSED
    or record.manual > UNBLOCKED
    or record.blocks >= #TUNING.blocksMs
  return not foreign and record or nil
end

local function pack_record(record)
  local pending = record.pending
  local has_state = record.state ~= OPEN or record.blocks > 0
  local has_manual = record.manual ~= NOT_MANUAL
  local slots = #pending / EACH
  local age = slots > 0 and record.slot - pending[1] or 0
  local sent, verified = pending[2] or 0, pending[3] or 0
  if
    not has_state
    and not has_manual
    and slots <= 1
    and sent < 4
    and (pending[4] or 0) == 0
    and record.today < 16
    and record.trials <= MOST_BYTE
    and record.usual <= MOST_SMALL
    and record.suspicion <= MOST_SMALL
    and age < 128
  then
    local last = record.today * 16 + sent * 4 + verified
    return struct.pack(
      SHORT,
      age * 2,
      record.slot,
      record.trials,
      record.verified,
      record.usual,
      record.suspicion,
      last
    )
  end

  local head = 1 + (has_state and 2 or 0) + (has_manual and 4 or 0)
  local parts = {
    struct.pack(
      LONG,
      head,
      record.slot,
      record.trials,
      record.verified,
      record.today,
      record.usual,
      record.suspicion,
      slots
    ),
  }
  for at = 1, #pending, EACH do
    parts[#parts + 1] = struct.pack(
      '>' .. PENDING,
      record.slot - pending[at],
      pending[at + 1],
      pending[at + 2],
      pending[at + 3],
      pending[at + 4]
    )
  end
  if has_state then
    parts[#parts + 1] = struct.pack(
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
  if has_manual then
    parts[#parts + 1] = struct.pack(MANUAL, record.manual, record.manual_until)
  end
  return table.concat(parts)
end

local function empty_record(now)
  return new_record(math.floor(now / TUNING.slotMs), 0, 0, 0, 0, 0)
end

-- Writes a record, to be kept for so long; without a time, for as long as before.
local function keep(key, record, keep_ms, now)
  if not keep_ms then
    redis.call('SET', key, pack_record(record), 'KEEPTTL')
    return
  end
  local until_ms = now + keep_ms
  if record.manual ~= NOT_MANUAL and record.manual_until > until_ms then
    until_ms = record.manual_until
  end
  redis.call('SET', key, pack_record(record), 'PXAT', until_ms)
end

-- Sends that are pending and have not verified: without a challenge, and with one.
local function unverified(record)
  local pending, plain, challenged = record.pending, 0, 0
  for at = 1, #pending, EACH do
    plain = plain + pending[at + 1] - pending[at + 2]
    challenged = challenged + pending[at + 3] - pending[at + 4]
  end
  return plain, challenged
end

-- When the first send was seen, from the value of its key; nil when that is not known.
local function started_at(value, now)
  if not value or #value ~= 6 then
    return nil
  end
  local started = struct.unpack(START, value)
  return started <= now + DAY_MS and started or nil
end
