-- Judges one guess: counts it, compares it, and on a match spends the code and keeps the proof. One script, so
-- that of any number of concurrent right guesses exactly one succeeds (rule R1), no more guesses are evaluated
-- than attempts were granted (R2), and a right guess is never lost to a wrong one beside it (R3).
--
-- KEYS[1] record          the phone's record
-- KEYS[2] proof           where the proof goes; a repeat names the same
-- KEYS[3] known           remembers for 90 days that the phone has verified
-- ARGV[1] purpose
-- ARGV[2] verificationId  empty: the newest pending verification of the purpose (rule R8, optional binding)
-- ARGV[3] candidates      the digests that count as right, 22 characters each, joined
-- ARGV[4] sealedPhone
-- ARGV[5] proofLifetimeMs
-- ARGV[6] failureMemoryMs
-- ARGV[7] idempotencyKey  digest of the client's key, or empty (rule R11)
-- ARGV[8] notAfter        ms since 1970 from which the request is void, or 0 (rule R21)
-- ARGV[9] onlyRepeat      1 if it is to be answered only if it is a repeat, or 0
-- ARGV[10] policy         JSON
--
-- Reply: { 'verified', verified at, failures before, ms until the proof expires, 1 if repeated, when the
--          guard counted the send or 0 }
-- Reply: { 'wrong', attempts remaining, failures, 1 if repeated }
-- Reply: { 'exhausted', ms until a new code may be asked for }
-- Reply: { 'unknown' }
-- Reply: { 'stale' }
-- Reply: { 'new' }

-- @include clock
-- @include record
-- @include send-refusal
-- @include known

local key, purpose, id, candidates = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local proof_lifetime, not_after = tonumber(ARGV[5]), tonumber(ARGV[8])

local answered_field = ARGV[7] ~= '' and 'i:' .. ARGV[7]

-- What the first request with this key got, told again; nil when there was none. Of a success whose proof cannot be
-- redeemed any more nobody is told: it is worth nothing.
local function repeated()
  local answered = answered_field and redis.call('HGET', key, answered_field)
  if not answered then
    return nil
  end
  local kind, forget_at, rest = struct.unpack(ANSWERED, answered)
  if forget_at <= now then
    return nil
  elseif kind == KIND_VERIFIED then
    if redis.call('EXISTS', KEYS[2]) == 0 then
      return { 'unknown' }
    end
    local verified_at, failures_before = struct.unpack(ANSWERED_VERIFIED, answered, rest)
    return { 'verified', verified_at, failures_before, math.max(0, verified_at + proof_lifetime - now), 1, 0 }
  elseif kind == KIND_WRONG then
    local attempts_left, failures = struct.unpack(ANSWERED_WRONG, answered, rest)
    return { 'wrong', attempts_left, failures, 1 }
  end
  return nil
end

-- Keeps the answer for repeats: no longer than the proof, for it must still be worth something then.
local function remember(kind, answer)
  if answered_field then
    local forget_at = now + math.min(cjson.decode(ARGV[10]).idempotencyMs, proof_lifetime)
    redis.call('HSET', key, answered_field, struct.pack(ANSWERED, kind, forget_at) .. answer)
    redis.call('PEXPIREAT', key, forget_at, 'GT')
  end
end

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

local before = repeated()
if before then
  return before
elseif not_after > 0 and not_after <= now then
  return { 'stale' }
elseif ARGV[9] == '1' then
  return { 'new' }
end

local field = id ~= '' and 'v:' .. purpose .. ':' .. id or newest_pending()
if not field then
  return { 'unknown' }
end

local failures_field = 'f:' .. purpose
local value, counted = unpack(redis.call('HMGET', key, field, failures_field))
if not value then
  return { 'unknown' }
end
local found = unpack_verification(value)
if found.state ~= STATE_PENDING or found.expires_at <= now then
  return { 'unknown' }
end
if found.attempts_left == 0 then
  return { 'exhausted', resend_in(read_record(key), purpose, cjson.decode(ARGV[10]), now) }
end

local failures = counted and struct.unpack(FAILURES, counted) or 0
local right = false
for position = 1, #candidates, DIGEST_LENGTH do
  right = right or string.sub(candidates, position, position + DIGEST_LENGTH - 1) == found.digest
end

if not right then
  failures = failures + 1
  found.attempts_left = found.attempts_left - 1
  redis.call(
    'HSET',
    key,
    field,
    pack_verification(found),
    failures_field,
    struct.pack(FAILURES, failures, now)
  )
  -- GT: what must be remembered longer stays.
  redis.call('PEXPIREAT', key, now + tonumber(ARGV[6]), 'GT')
  remember(KIND_WRONG, struct.pack(ANSWERED_WRONG, found.attempts_left, failures))
  return { 'wrong', found.attempts_left, failures, 0 }
end

found.state, found.digest, found.sealed_code = STATE_VERIFIED, '', ''
redis.call('HSET', key, field, pack_verification(found))
redis.call('HDEL', key, 'c:' .. purpose, failures_field)
redis.call('SET', KEYS[2], string.format('%d:%s', now, ARGV[4]), 'PX', proof_lifetime)
remember_known(KEYS[3])
if counted then
  -- Only a failure count keeps a record for weeks; with it gone, so is the reason to.
  retain(key, read_record(key), cjson.decode(ARGV[10]))
end
remember(KIND_VERIFIED, struct.pack(ANSWERED_VERIFIED, now, failures))
return { 'verified', now, failures, proof_lifetime, 0, found.assessed_at }
