-- The record of a phone is one hash. Numbers are packed big-endian; times are 6 bytes of milliseconds.
--
--   s                        times of recent sends of all purposes, oldest first
--   c:<purpose>              cooldown: when a resend is allowed, the last send, sends in a row without success
--   f:<purpose>              failures: how many in a row, the last one
--   v:<purpose>:<id>         verification: issued, expires, state, attempts left, digest (none once verified)
local TIME = '>I6'
local COOLDOWN = '>I6I6B'
local FAILURES = '>BI6'
local VERIFICATION = '>I6I6BBc22'
local VERIFIED = '>I6I6BB'
local STATE_PENDING, STATE_VERIFIED = 0, 1
local TIME_BYTES = 6

local function pack_sends(sends)
  local packed = {}
  for i, sent_at in ipairs(sends) do
    packed[i] = struct.pack(TIME, sent_at)
  end
  return table.concat(packed)
end

-- Reads a whole record into tables: sends, cooldowns and failures by purpose, verifications by field.
local function read_record(key)
  local record = { sends = {}, cooldowns = {}, failures = {}, verifications = {} }
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local field, value = fields[i], fields[i + 1]
    local kind, purpose = string.match(field, '^(%a):?([^:]*)')
    if kind == 's' then
      for position = 1, #value, TIME_BYTES do
        table.insert(record.sends, (struct.unpack(TIME, value, position)))
      end
    elseif kind == 'c' then
      local resend_at, last_send_at, streak = struct.unpack(COOLDOWN, value)
      record.cooldowns[purpose] = { resend_at = resend_at, last_send_at = last_send_at, streak = streak }
    elseif kind == 'f' then
      local count, last_failed_at = struct.unpack(FAILURES, value)
      record.failures[purpose] = { count = count, last_failed_at = last_failed_at }
    elseif kind == 'v' then
      local issued_at, expires_at, state, attempts_left = struct.unpack(VERIFIED, value)
      record.verifications[field] = {
        purpose = purpose,
        issued_at = issued_at,
        expires_at = expires_at,
        state = state,
        attempts_left = attempts_left,
      }
    end
  end
  return record
end

local function longest_window(policy)
  local longest = 0
  for _, quota in ipairs(policy.quotas) do
    longest = math.max(longest, quota.windowMs)
  end
  return longest
end

-- Lets the key live until everything in it has lost its meaning; without anything left, the key goes (R13).
local function retain(key, record, policy)
  local until_ms = 0
  for _, sent_at in ipairs(record.sends) do
    until_ms = math.max(until_ms, sent_at + longest_window(policy))
  end
  for _, cooldown in pairs(record.cooldowns) do
    until_ms = math.max(until_ms, cooldown.resend_at + policy.cooldownMemoryMs)
  end
  for _, failures in pairs(record.failures) do
    until_ms = math.max(until_ms, failures.last_failed_at + policy.failureMemoryMs)
  end
  for _, verification in pairs(record.verifications) do
    until_ms = math.max(until_ms, verification.expires_at + policy.rememberMs)
  end
  redis.call('PEXPIREAT', key, until_ms)
end
