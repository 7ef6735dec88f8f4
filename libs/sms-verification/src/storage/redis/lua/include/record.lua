-- Reads and writes the record of a phone as tables. Layout: include/layout.lua.

local function pack_sends(sends)
  local packed = {}
  for i, sent_at in ipairs(sends) do
    packed[i] = struct.pack(TIME, sent_at)
  end
  return table.concat(packed)
end

local function unpack_verification(value)
  local expires_at, state, attempts_left, rest = struct.unpack(STANDING, value)
  local judged_by = ''
  if state ~= STATE_PENDING then
    judged_by, rest = string.sub(value, rest, rest + NONCE_LENGTH - 1), rest + NONCE_LENGTH
  end
  local lifetime, newest_send, delivery, assessed_at, master, code_at = struct.unpack(ORIGIN, value, rest)
  local issued_at = expires_at - lifetime
  return {
    issued_at = issued_at,
    expires_at = expires_at,
    state = state == STATE_VERIFIED and STATE_VERIFIED or STATE_PENDING,
    attempts_left = attempts_left,
    delivery = delivery,
    newest_send_at = issued_at + newest_send,
    assessed_at = assessed_at,
    master = master,
    judged_by = judged_by,
    code = string.sub(value, code_at),
  }
end

local function pack_verification(found)
  local state = found.state == STATE_PENDING and found.judged_by ~= '' and STATE_JUDGED or found.state
  local origin = struct.pack(
    ORIGIN,
    found.expires_at - found.issued_at,
    found.newest_send_at - found.issued_at,
    found.delivery,
    found.assessed_at,
    found.master
  )
  return struct.pack(STANDING, found.expires_at, state, found.attempts_left) .. found.judged_by .. origin .. found.code
end

local function unpack_cooldown(value)
  local resend_at, last_send_at, streak, master, rest = struct.unpack(COOLDOWN, value)
  return {
    resend_at = resend_at,
    last_send_at = last_send_at,
    streak = streak,
    master = master,
    resent_by = string.sub(value, rest),
  }
end

local function pack_cooldown(cooldown)
  return struct.pack(COOLDOWN, cooldown.resend_at, cooldown.last_send_at, cooldown.streak, cooldown.master)
    .. cooldown.resent_by
end

local function unpack_message(value)
  local sent_at, spared, rest = struct.unpack(MESSAGE, value)
  return { sent_at = sent_at, spared = spared, gateway = string.sub(value, rest) }
end

local function pack_message(message)
  return struct.pack(MESSAGE, message.sent_at, message.spared) .. message.gateway
end

-- Reads a whole record into tables: sends, cooldowns and failures by purpose, the others by field. With a mastership,
-- not 0, what was written of a verification under another one is not there, for whether it is spent nobody can know:
-- its fields are `lost`. What is counted stays.
local function read_record(key, master)
  local record =
    { sends = {}, cooldowns = {}, failures = {}, verifications = {}, messages = {}, proofs = {}, answered = {}, lost = {} }
  local function keep(fields, name, field, found)
    if master == 0 or found.master == master then
      fields[name] = found
    else
      table.insert(record.lost, field)
    end
  end

  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local field, value = fields[i], fields[i + 1]
    local kind, purpose = string.match(field, '^(%a):?([^:]*)')
    if kind == 's' then
      for position = 1, #value, TIME_BYTES do
        table.insert(record.sends, (struct.unpack(TIME, value, position)))
      end
    elseif kind == 'c' and value ~= '' then
      keep(record.cooldowns, purpose, field, unpack_cooldown(value))
    elseif kind == 'f' then
      local count, last_failed_at, expires_at, attempts_left, nonce, name = struct.unpack(FAILURES, value)
      record.failures[purpose] = {
        count = count,
        last_failed_at = last_failed_at,
        expires_at = expires_at,
        attempts_left = attempts_left,
        nonce = nonce,
        name = name,
      }
    elseif kind == 'v' then
      local found = unpack_verification(value)
      found.purpose = purpose
      keep(record.verifications, field, field, found)
    elseif kind == 'm' then
      record.messages[field] = unpack_message(value)
    elseif kind == 'p' then
      local _, expires_at, proven_under = struct.unpack(PROOF, value)
      keep(record.proofs, field, field, { expires_at = expires_at, master = proven_under })
    elseif kind == 'i' then
      local _, forget_at, written_under = struct.unpack(ANSWERED, value)
      keep(record.answered, field, field, { forget_at = forget_at, master = written_under })
    end
  end

  -- What stands with the failures is newer than what the verification's own field says.
  for field, found in pairs(record.verifications) do
    local failures = record.failures[found.purpose]
    if failures and failures.name == string.sub(field, NAME_FROM, NAME_TO) and found.state == STATE_PENDING then
      found.attempts_left, found.judged_by = failures.attempts_left, failures.nonce
      failures.guessed_field = field
    end
  end
  return record
end

-- Nothing stands with the failures about a verification that is gone.
local function forget_guesses(key, record)
  for purpose, failures in pairs(record.failures) do
    local found = failures.guessed_field and record.verifications[failures.guessed_field]
    if failures.expires_at ~= 0 and not found then
      local packed = struct.pack(FAILURES, failures.count, failures.last_failed_at, 0, 0, NOTHING, NOTHING, NOTHING)
      redis.call('HSET', key, 'f:' .. purpose, packed)
    end
  end
end

-- What stands with the failures of a purpose about a verification that is still pending goes back to its own field.
local function put_guesses_back(key, record, purpose)
  local field = record.failures[purpose] and record.failures[purpose].guessed_field
  local found = field and record.verifications[field]
  if found then
    redis.call('HSET', key, field, pack_verification(found))
  end
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
    local guessed = verification.state == STATE_PENDING and verification.judged_by ~= ''
    -- Its guesses are counted until it expires, whatever the last one's time: see verify-and-remove.lua.
    local counts = guessed and record.failures[verification.purpose]
    until_ms = math.max(
      until_ms,
      verification.expires_at + policy.rememberMs,
      counts and verification.expires_at + policy.failureMemoryMs or 0
    )
  end
  for _, proof in pairs(record.proofs) do
    until_ms = math.max(until_ms, proof.expires_at)
  end
  for _, answered in pairs(record.answered) do
    until_ms = math.max(until_ms, answered.forget_at)
  end
  redis.call('PEXPIREAT', key, until_ms)
end
