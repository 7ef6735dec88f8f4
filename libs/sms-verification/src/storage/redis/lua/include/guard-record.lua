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
-- Each call makes every function and every table anew, which is much of what it costs: there are few, what is seldom
-- needed is made where it is, and a record has no more than the 16 fields that a table has room for before it grows.
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

-- The record in a value of MGET, and whether there is one that this guard can have written; else that of a level that
-- nothing is known of. `packed` is the value, until more of the record changes than `change` tells. `renewed` says
-- whether it is to be kept from now on, as is one whose day is over: to renew each at every send would cost more time.
local function unpack_record(value)
  local sound, head, state_at = false, 0, 0
  local slot, trials, verified, judged_today, usual, suspicion, pending
  if value and #value == SHORT_BYTES then
    local last
    head, slot, trials, verified, usual, suspicion, last = struct.unpack(SHORT, value)
    local sent, sent_verified = floor(last / 4) % 4, last % 4
    judged_today = floor(last / 16)
    pending = sent > 0 and { slot - head / 2, sent, sent_verified, 0, 0 } or {}
    sound = head % 2 == 0 and sent_verified <= sent
    head = 0
  elseif value and #value >= LONG_BYTES then
    local slots
    head, slot, trials, verified, judged_today, usual, suspicion, slots = struct.unpack(LONG, value)
    state_at = LONG_BYTES + slots * PENDING_BYTES + 1
    local bytes = state_at - 1 + (head % 4 > 1 and STATE_BYTES or 0) + (head > 3 and MANUAL_BYTES or 0)
    sound = head % 2 == 1 and head < 8 and slots <= TUNING.slots and #value == bytes
    pending = {}
    if sound and slots > 0 then
      pending = { struct.unpack('>' .. string.rep(PENDING, slots), value, LONG_BYTES + 1) }
      -- Where the next value would be.
      pending[#pending] = nil
    end
  end
  if sound and verified <= trials and slot * TUNING.slotMs <= now + DAY_MS then
    local record = {
      packed = value,
      slot = slot,
      pending = pending,
      trials = trials,
      verified = verified,
      today = judged_today,
      usual = usual,
      suspicion = suspicion,
      state = OPEN,
      blocks = 0,
    }
    if head > 1 then
      if head % 4 > 1 then
        record.state, record.until_ms, record.blocks, record.blocked_at,
          record.turned_away, record.solved, record.doubt, record.probed = struct.unpack(STATE, value, state_at)
        state_at = state_at + STATE_BYTES
      end
      if head > 3 then
        record.manual, record.manual_until = struct.unpack(MANUAL, value, state_at)
      end
    end
    if record.state <= REFUSED and (record.manual or BLOCKED) <= UNBLOCKED and record.blocks < TUNING.blockLengths then
      return record, true
    end
  end
  return {
    renewed = true,
    slot = newest,
    pending = {},
    trials = 0,
    verified = 0,
    today = 0,
    usual = 0,
    suspicion = 0,
    state = OPEN,
    blocks = 0,
  }, false
end

local function packed_record(record)
  local pending, slot, slots = record.pending, record.slot, #record.pending / EACH
  local sent, age = pending[2] or 0, slot - (pending[1] or slot)
  local has_state, has_manual = record.state ~= OPEN or record.blocks > 0, record.manual ~= nil
  if
    slots < 2
    and not has_state
    and not has_manual
    and record.today < 16
    and record.trials < 256
    and record.usual < 65536
    and record.suspicion < 65536
    and sent < 4
    and age < 128
    and (pending[4] or 0) == 0
  then
    local last = record.today * 16 + sent * 4 + (pending[3] or 0)
    return pack(SHORT, age * 2, slot, record.trials, record.verified, record.usual, record.suspicion, last)
  end
  local packed = pack(
    LONG .. string.rep(PENDING, slots),
    1 + (has_state and 2 or 0) + (has_manual and 4 or 0),
    slot,
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
  if has_manual then
    packed = packed .. pack(MANUAL, record.manual, record.manual_until)
  end
  return packed
end

-- Writes what has changed of a record in the place of its value, to be kept for so long; without a time, for as long as
-- before. In place, where the length allows it: that is quicker, and a string that SET keeps may be half as large again,
-- since a script's arguments get the memory that those of the call before had in the same place.
local function keep(key, record, value, keep_ms)
  if record.packed then
    if record.change then
      redis.call('SETRANGE', key, record.change_at, record.change)
    end
  else
    local packed = packed_record(record)
    if value and #packed ~= #value then
      redis.call('SET', key, packed, 'KEEPTTL')
    elseif packed ~= value then
      if not value then
        -- What is kept there may be no string.
        redis.call('DEL', key)
      end
      redis.call('SETRANGE', key, '0', packed)
    end
  end
  if keep_ms then
    local until_ms = now + keep_ms
    if record.manual and record.manual_until > until_ms then
      until_ms = record.manual_until
    end
    -- A number would be written with all the digits of a fraction.
    redis.call('PEXPIREAT', key, string.format('%d', until_ms))
  end
end

-- Pending sends that have not verified, without a challenge and with one; then those that have, likewise. Of use once
-- the record has been brought up to this moment.
local function waiting_of(record)
  if not record.waiting then
    local pending, plain, solved, plain_verified, solved_verified = record.pending, 0, 0, 0, 0
    for at = 2, #pending, EACH do
      local plain_then, solved_then = pending[at + 1], pending[at + 3]
      plain = plain + pending[at] - plain_then
      plain_verified = plain_verified + plain_then
      solved = solved + pending[at + 2] - solved_then
      solved_verified = solved_verified + solved_then
    end
    record.waiting = { plain, solved, plain_verified, solved_verified }
  end
  return unpack(record.waiting)
end

-- When the first send was seen, from the value of its key; nil when that is not known.
local function started_at(value)
  local started = value and #value == 6 and struct.unpack(START, value)
  return started and started <= now + DAY_MS and started or nil
end

local function keep_start(key, started)
  redis.call('SET', key, pack(START, started), 'PXAT', string.format('%d', now + TUNING.keepStartMs))
end
