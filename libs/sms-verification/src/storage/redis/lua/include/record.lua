-- The record of a phone is one hash. Numbers are packed big-endian; times are 6 bytes of milliseconds.
--
--   s                        times of recent sends of all purposes, oldest first
--   c:<purpose>              cooldown: when a resend is allowed, the last send, sends in a row without success
--   f:<purpose>              failures: how many in a row, the last one
--   v:<purpose>:<id>         verification: issued, expires, state, attempts left, delivery of its newest message,
--                            newest send (milliseconds after it was issued), when the guard counted it (or 0);
--                            then, until it is verified, the digest (22 characters) and the sealed code
--   m:<purpose>:<id>         its newest message that a gateway took: sent, whether the verification has used up
--                            its one shortened cooldown; then the gateway
--   i:<idempotency key>      what a request got: kind, forgotten at; then the answer, by kind
local TIME = '>I6'
local COOLDOWN = '>I6I6B'
local FAILURES = '>BI6'
local VERIFICATION = '>I6I6BBBI4I6'
local MESSAGE = '>I6B'
local ANSWERED = '>BI6'
local ANSWERED_SEND = '>I6B'
local ANSWERED_VERIFIED = '>I6B'
local ANSWERED_WRONG = '>BB'
local STATE_PENDING, STATE_VERIFIED = 0, 1
local QUEUED, SENT, DELIVERED, UNDELIVERED = 0, 1, 2, 3
local KIND_SEND, KIND_VERIFIED, KIND_WRONG = 0, 1, 2
local TIME_BYTES = 6
local DIGEST_LENGTH = 22

local function pack_sends(sends)
  local packed = {}
  for i, sent_at in ipairs(sends) do
    packed[i] = struct.pack(TIME, sent_at)
  end
  return table.concat(packed)
end

local function unpack_verification(value)
  local issued_at, expires_at, state, attempts_left, delivery, newest_send, assessed_at, rest =
    struct.unpack(VERIFICATION, value)
  return {
    issued_at = issued_at,
    expires_at = expires_at,
    state = state,
    attempts_left = attempts_left,
    delivery = delivery,
    newest_send_at = issued_at + newest_send,
    assessed_at = assessed_at,
    digest = string.sub(value, rest, rest + DIGEST_LENGTH - 1),
    sealed_code = string.sub(value, rest + DIGEST_LENGTH),
  }
end

local function pack_verification(found)
  return struct.pack(
    VERIFICATION,
    found.issued_at,
    found.expires_at,
    found.state,
    found.attempts_left,
    found.delivery,
    found.newest_send_at - found.issued_at,
    found.assessed_at
  ) .. found.digest .. found.sealed_code
end

local function unpack_message(value)
  local sent_at, spared, rest = struct.unpack(MESSAGE, value)
  return { sent_at = sent_at, spared = spared, gateway = string.sub(value, rest) }
end

local function pack_message(message)
  return struct.pack(MESSAGE, message.sent_at, message.spared) .. message.gateway
end

-- Reads a whole record into tables: sends, cooldowns and failures by purpose, the others by field.
local function read_record(key)
  local record = { sends = {}, cooldowns = {}, failures = {}, verifications = {}, messages = {}, answered = {} }
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
      record.verifications[field] = unpack_verification(value)
      record.verifications[field].purpose = purpose
    elseif kind == 'm' then
      record.messages[field] = unpack_message(value)
    elseif kind == 'i' then
      local _, forget_at = struct.unpack(ANSWERED, value)
      record.answered[field] = { forget_at = forget_at }
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
  for _, answered in pairs(record.answered) do
    until_ms = math.max(until_ms, answered.forget_at)
  end
  redis.call('PEXPIREAT', key, until_ms)
end
