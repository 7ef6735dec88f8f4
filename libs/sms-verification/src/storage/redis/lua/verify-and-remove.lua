-- Judges one guess: counts it, compares it, and on a match spends the code and keeps the proof. One script, so
-- that of any number of concurrent right guesses exactly one succeeds (rule R1), no more guesses are evaluated
-- than attempts were granted (R2), and a right guess is never lost to a wrong one beside it (R3).
--
-- KEYS[1] record          the phone's record
-- KEYS[2] proof           where the proof goes; a repeat names the same
-- KEYS[3] known           remembers for 90 days that the phone has verified; no fence, since it opens nothing
-- ARGV[1] purpose
-- ARGV[2] verificationId  empty: the newest pending verification of the purpose (rule R8, optional binding)
-- ARGV[3] candidates      the digests that count as right, 22 characters each, joined
-- ARGV[4] sealedPhone
-- ARGV[5] proofLifetimeMs
-- ARGV[6] failureMemoryMs
-- ARGV[7] idempotencyKey  digest of the client's key, or empty (rule R11)
-- ARGV[8] notAfter        ms since 1970 from which the request is void, or 0 (rule R21)
-- ARGV[9] idempotencyMs
-- ARGV[10] nonce          of this call; the same when it is made again because its reply was lost
-- ARGV[11] fence          1 if what was issued under another mastership is gone (rule R19)
-- ARGV[12] policy         JSON
--
-- Reply: { 'verified', verified at, failures before, ms until the proof expires, 1 if repeated, when the
--          guard counted the send or 0 }
-- Reply: { 'wrong', attempts remaining, failures, 1 if repeated }
-- Reply: { 'exhausted', ms until a new code may be asked for }
-- Reply: { 'unknown' }
-- Reply: { 'stale' }

-- @include clock
-- @include layout
-- @include mastership

local key, purpose, candidates, proof_lifetime, nonce = KEYS[1], ARGV[1], ARGV[3], tonumber(ARGV[5]), ARGV[10]
local KNOWN_MS = 90 * 24 * 60 * 60 * 1000

local not_after = tonumber(ARGV[8])
if not_after > 0 and not_after <= now then
  return { 'stale' }
end
local master = mastership(ARGV[11])

-- What few guesses need: the whole record, and what can be done with it. To make these functions takes as long as to
-- judge a guess, so they are made when they are called for. The layout is included again, because to reach that of
-- the script from here would cost every guess more.
local function whole_record()
-- @include layout
-- @include record
-- @include send-refusal
  local record = read_record(key, master)
  local whole = {}

  -- The field of the verification that is meant without an id: one that this very call has judged before, or the
  -- newest pending one.
  function whole.meant()
    local newest_field, newest_at = nil, 0
    for field, found in pairs(record.verifications) do
      if found.purpose == purpose and string.sub(found.judged_by, 1, NONCE_LENGTH) == nonce then
        return field
      end
      local pending = found.purpose == purpose and found.state == STATE_PENDING and found.expires_at > now
      if pending and found.issued_at >= newest_at then
        newest_field, newest_at = field, found.issued_at
      end
    end
    return newest_field
  end

  function whole.resend_in()
    return resend_in(record, purpose, cjson.decode(ARGV[12]), now)
  end

  function whole.retain()
    retain(key, record, cjson.decode(ARGV[12]))
  end
  return whole
end

-- When the proof was made that this request names, if it was, and can still be redeemed.
local function proven_at()
  local proof = redis.call('GET', KEYS[2])
  if proof then
    local verified_at, proven_under, spent = struct.unpack(PROOF, proof)
    return spent == 0 and (master == 0 or proven_under == master) and verified_at
  end
end

-- Keeps the answer for repeats: no longer than the proof, for it must still be worth something then.
local function remember(answered_field, kind, answer)
  local forget_at = now + math.min(tonumber(ARGV[9]), proof_lifetime)
  redis.call('HSET', key, answered_field, struct.pack(ANSWERED, kind, forget_at, master) .. answer)
  redis.call('PEXPIREAT', key, forget_at, 'GT')
end

local answered_field = ARGV[7] ~= '' and 'i:' .. ARGV[7]
local failures_field = 'f:' .. purpose
local field = ARGV[2] ~= '' and 'v:' .. purpose .. ':' .. ARGV[2] or whole_record().meant() or ''
local read = answered_field and redis.call('HMGET', key, field, failures_field, answered_field)
  or redis.call('HMGET', key, field, failures_field)
local value, counted, answered = read[1], read[2], read[3]
local failures = counted and struct.unpack(FAILURES, counted) or 0

local expires_at, state, attempts_left, assessed_at, issued_under, rest
if value then
  local _
  _, expires_at, state, attempts_left, _, _, assessed_at, issued_under, rest = struct.unpack(VERIFICATION, value)
  if master ~= 0 and issued_under ~= master then
    value = false
  end
end

-- The reply to this very call was lost: it is told again, and nothing happens twice.
if value and state ~= STATE_PENDING and string.sub(value, rest, rest + NONCE_LENGTH - 1) == nonce then
  if state == STATE_JUDGED then
    return { 'wrong', attempts_left, failures, 0 }
  end
  local verified_at = proven_at()
  if verified_at then
    local before = string.byte(value, rest + NONCE_LENGTH)
    return { 'verified', verified_at, before, math.max(0, verified_at + proof_lifetime - now), 0, assessed_at }
  end
end

-- What the first request with this key got, told again. Of a success whose proof cannot be redeemed any more nobody is
-- told: it is worth nothing.
if answered then
  local kind, forget_at, answered_under, at = struct.unpack(ANSWERED, answered)
  if forget_at > now and (master == 0 or answered_under == master) then
    if kind == KIND_VERIFIED then
      if not proven_at() then
        return { 'unknown' }
      end
      local verified_at, before = struct.unpack(ANSWERED_VERIFIED, answered, at)
      return { 'verified', verified_at, before, math.max(0, verified_at + proof_lifetime - now), 1, 0 }
    elseif kind == KIND_WRONG then
      local left, then_failed = struct.unpack(ANSWERED_WRONG, answered, at)
      return { 'wrong', left, then_failed, 1 }
    end
  end
end

if not value or state == STATE_VERIFIED or expires_at <= now then
  return { 'unknown' }
end
if attempts_left == 0 then
  return { 'exhausted', whole_record().resend_in() }
end

local digest_at = state == STATE_JUDGED and rest + NONCE_LENGTH or rest
local digest = string.sub(value, digest_at, digest_at + DIGEST_LENGTH - 1)
local right = false
for position = 1, #candidates, DIGEST_LENGTH do
  right = right or string.sub(candidates, position, position + DIGEST_LENGTH - 1) == digest
end

-- The value is changed where it changes: taking it apart and putting it together costs more. 12 bytes are before the
-- state, the attempts come after it.
if not right then
  failures, attempts_left = failures + 1, attempts_left - 1
  local changed = string.sub(value, 1, 12)
    .. string.char(STATE_JUDGED, attempts_left)
    .. string.sub(value, 15, rest - 1)
    .. nonce
    .. string.sub(value, digest_at)
  redis.call('HSET', key, field, changed, failures_field, struct.pack(FAILURES, failures, now))
  -- GT: what must be remembered longer stays.
  redis.call('PEXPIREAT', key, now + tonumber(ARGV[6]), 'GT')
  if answered_field then
    remember(answered_field, KIND_WRONG, struct.pack(ANSWERED_WRONG, attempts_left, failures))
  end
  return { 'wrong', attempts_left, failures, 0 }
end

local spent = string.sub(value, 1, 12)
  .. string.char(STATE_VERIFIED)
  .. string.sub(value, 14, rest - 1)
  .. nonce
  .. string.char(failures)
redis.call('HSET', key, field, spent)
redis.call('HDEL', key, 'c:' .. purpose, failures_field)
redis.call('SET', KEYS[2], struct.pack(PROOF, now, master, 0) .. ARGV[4], 'PX', proof_lifetime)
redis.call('SET', KEYS[3], '', 'PX', KNOWN_MS)
if counted then
  -- Only a failure count keeps a record for weeks; with it gone, so is the reason to.
  whole_record().retain()
end
if answered_field then
  remember(answered_field, KIND_VERIFIED, struct.pack(ANSWERED_VERIFIED, now, failures))
end
return { 'verified', now, failures, proof_lifetime, 0, assessed_at }
