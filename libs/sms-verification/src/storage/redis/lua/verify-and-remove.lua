-- Judges one guess: counts it, compares it, and on a match spends the code and keeps the proof. One script, so
-- that of any number of concurrent right guesses exactly one succeeds (rule R1), no more guesses are evaluated
-- than attempts were granted (R2), and a right guess is never lost to a wrong one beside it (R3).
--
-- KEYS[1] record          the phone's record
-- KEYS[2] proof           where the proof goes
-- ARGV[1] purpose
-- ARGV[2] verificationId  empty: the newest pending verification of the purpose (rule R8, optional binding)
-- ARGV[3] candidates      the digests that count as right, 22 characters each, joined
-- ARGV[4] sealedPhone
-- ARGV[5] proofLifetimeMs
-- ARGV[6] failureMemoryMs
-- ARGV[7] policy          JSON
--
-- Reply: { 'verified', verified at, failures before }
-- Reply: { 'wrong', attempts remaining, failures }
-- Reply: { 'exhausted', ms until a new code may be asked for }
-- Reply: { 'unknown' }

-- @include clock
-- @include record
-- @include send-refusal

local key, purpose, id, candidates = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local DIGEST_LENGTH = 22

-- The field of the newest verification that is pending; nil when there is none.
local function newest_pending()
  local newest_field, newest_at = nil, 0
  for field, verification in pairs(read_record(key).verifications) do
    if
      verification.purpose == purpose
      and verification.state == STATE_PENDING
      and verification.expires_at > now
      and verification.issued_at >= newest_at
    then
      newest_field, newest_at = field, verification.issued_at
    end
  end
  return newest_field
end

local field = id ~= '' and 'v:' .. purpose .. ':' .. id or newest_pending()
if not field then
  return { 'unknown' }
end

local failures_field = 'f:' .. purpose
local found, counted = unpack(redis.call('HMGET', key, field, failures_field))
if not found then
  return { 'unknown' }
end
local issued_at, expires_at, state, attempts_left = struct.unpack(VERIFIED, found)
if state ~= STATE_PENDING or expires_at <= now then
  return { 'unknown' }
end
if attempts_left == 0 then
  return { 'exhausted', resend_in(read_record(key), purpose, cjson.decode(ARGV[7]), now) }
end

local failures = counted and struct.unpack(FAILURES, counted) or 0
local digest = string.sub(found, -DIGEST_LENGTH)
local right = false
for position = 1, #candidates, DIGEST_LENGTH do
  right = right or string.sub(candidates, position, position + DIGEST_LENGTH - 1) == digest
end

if not right then
  failures = failures + 1
  attempts_left = attempts_left - 1
  redis.call(
    'HSET',
    key,
    field,
    struct.pack(VERIFICATION, issued_at, expires_at, STATE_PENDING, attempts_left, digest),
    failures_field,
    struct.pack(FAILURES, failures, now)
  )
  -- GT: what must be remembered longer stays.
  redis.call('PEXPIREAT', key, now + tonumber(ARGV[6]), 'GT')
  return { 'wrong', attempts_left, failures }
end

redis.call('HSET', key, field, struct.pack(VERIFIED, issued_at, expires_at, STATE_VERIFIED, attempts_left))
redis.call('HDEL', key, 'c:' .. purpose, failures_field)
redis.call('SET', KEYS[2], string.format('%d:%s', now, ARGV[4]), 'PX', ARGV[5])
if counted then
  -- Only a failure count keeps a record for weeks; with it gone, so is the reason to.
  retain(key, read_record(key), cjson.decode(ARGV[7]))
end
return { 'verified', now, failures }
