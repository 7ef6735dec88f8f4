-- Reserves the cooldown and the quota of a phone and stores a new verification, or refuses and writes nothing.
-- Refusing and reserving are one step: of N parallel sends exactly one passes (rule R5).
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
-- ARGV[3] digest          22 characters
-- ARGV[4] policy          JSON
--
-- Reply: { 'issued', issued at, expires at, ms until a resend is allowed }
-- Reply: { 'refused', 'cooldown' | 'quota' | 'failures', ms to wait, quota limit or 0, quota window or 0 }

-- @include clock
-- @include record
-- @include send-refusal

local key, purpose, id, digest = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local policy = cjson.decode(ARGV[4])
local record = read_record(key)

local refusal = refusal_of(record, purpose, policy, now)
if refusal then
  return { 'refused', refusal[1], refusal[2], refusal[3], refusal[4] }
end

-- Drop what has lost its meaning: old sends, passed cooldowns, forgotten failures, past verifications.
local stale = {}
local window = longest_window(policy)
while record.sends[1] and record.sends[1] + window <= now do
  table.remove(record.sends, 1)
end
for name, cooldown in pairs(record.cooldowns) do
  if cooldown.resend_at + policy.cooldownMemoryMs <= now then
    table.insert(stale, 'c:' .. name)
    record.cooldowns[name] = nil
  end
end
for name in pairs(record.failures) do
  if failures_of(record, name, policy, now).count == 0 then
    table.insert(stale, 'f:' .. name)
    record.failures[name] = nil
  end
end
for field, verification in pairs(record.verifications) do
  if verification.expires_at + policy.rememberMs <= now then
    table.insert(stale, field)
    record.verifications[field] = nil
  end
end
if #stale > 0 then
  redis.call('HDEL', key, unpack(stale))
end

local attempts_left = attempts_granted(record, purpose, policy, now)
local expires_at = now + policy.lifetimeMs
local streak = (record.cooldowns[purpose] and record.cooldowns[purpose].streak or 0) + 1
local resend_at = now + policy.cooldownsMs[math.min(streak, #policy.cooldownsMs)]
streak = math.min(streak, 255)

table.insert(record.sends, now)
record.cooldowns[purpose] = { resend_at = resend_at, last_send_at = now, streak = streak }
local field = 'v:' .. purpose .. ':' .. id
record.verifications[field] = {
  purpose = purpose,
  issued_at = now,
  expires_at = expires_at,
  state = STATE_PENDING,
  attempts_left = attempts_left,
}

redis.call(
  'HSET',
  key,
  's',
  pack_sends(record.sends),
  'c:' .. purpose,
  struct.pack(COOLDOWN, resend_at, now, streak),
  field,
  struct.pack(VERIFICATION, now, expires_at, STATE_PENDING, attempts_left, digest)
)
retain(key, record, policy)
return { 'issued', now, expires_at, resend_in(record, purpose, policy, now) }
