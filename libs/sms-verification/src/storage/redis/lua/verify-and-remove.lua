#!lua flags=allow-oom
-- Judges one guess: counts it, compares it, and on a match spends the code and keeps the proof. One script, so
-- that of any number of concurrent right guesses exactly one succeeds (rule R1), no more guesses are evaluated
-- than attempts were granted (R2), and a right guess is never lost to a wrong one beside it (R3). A server whose memory is
-- full runs it (allow-oom): no guess goes uncounted, and what was sent can be entered.
--
-- TUNING stands for the policy's numbers and for the fence, which are put into the source; those for Redis stand in
-- quotes, since it would write a number out for each call.
--
-- KEYS[1] record          the phone's record
-- KEYS[2] known           remembers for 90 days that the phone has verified; no fence, since it opens nothing
-- ARGV[1] field           the verification's, named here since to put names together would cost every guess more; empty:
--                         the newest pending verification of the purpose (rule R8, optional binding)
-- ARGV[2] failuresField   of the purpose, which it names
-- ARGV[3] digests         22 characters each, joined, since each argument costs every guess: those that count as right,
--                         and last that by which the proof is found; a repeat names the same
-- ARGV[4] call            its nonce, the same when it is made again because its reply was lost; then, each behind a
--                         space, what few requests have: the digest of the client's key, or nothing (rule R11); ms
--                         since 1970 from which the request is void, or 0 (R21); 1 if it is to be answered only if it
--                         is a repeat, or 0
--
-- Reply: an integer, for what most guesses are, because a list takes as long as to read the record: 256 times the
--        attempts remaining, and the failures, when it was wrong; 256 times when it was verified, and the failures
--        before, when it was right. Both not repeated, the latter with a proof that has all its time, of a send that
--        the guard has not counted.
-- Reply: { 'verified', verified at, failures before, ms until the proof expires, 1 if repeated, when the
--          guard counted the send or 0 }
-- Reply: { 'wrong', attempts remaining, failures, 1 if repeated }
-- Reply: { 'exhausted', ms until a new code may be asked for }
-- Reply: { 'unknown' }
-- Reply: { 'stale' }
-- Reply: { 'new' }

-- @include clock
-- @include layout
-- @include known

-- Lua looks a global up by its name each time that it is named.
local string, struct, ARGV = string, struct, ARGV
local key, field, failures_field, digests, nonce = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local idempotency_key, not_after, only_repeat
if #nonce > NONCE_LENGTH then
  nonce, idempotency_key, not_after, only_repeat = string.match(nonce, '^(%S+) (%S*) (%d+) ([01])$')
  if not only_repeat then
    -- Terms that cannot be read are none that hold.
    return { 'stale' }
  end
end

local answered_field = idempotency_key and idempotency_key ~= '' and 'i:' .. idempotency_key
-- What only few guesses need is included where they need it, since to make a function costs every guess that comes by.

-- The verification that is meant without an id: one that this very call has judged before, or the newest pending one.
if field == '' then
-- @include record
-- @include mastership
  local newest_at = 0
  for name, found in pairs(read_record(key, mastership(TUNING.fence == 1)).verifications) do
    if 'f:' .. found.purpose == failures_field then
      if found.judged_by == nonce then
        field = name
        break
      elseif found.state == STATE_PENDING and found.expires_at > now and found.issued_at >= newest_at then
        field, newest_at = name, found.issued_at
      end
    end
  end
end
-- Most guesses follow another one at the same verification: what they have to know of it stands with the failures, so
-- they read and write one field.
local name = string.sub(field, NAME_FROM, NAME_TO)
local counted = redis.call('HGET', key, failures_field)
local failures, expires_at, attempts_left, digest = 0
local guessed_last, again, state, value, origin_at = false, false
if counted then
  local count, _, expires_then, left_then, nonce_then, name_then, digest_then = struct.unpack(FAILURES, counted)
  failures = count
  if name_then == name then
    guessed_last, again, state = true, nonce_then == nonce, STATE_JUDGED
    expires_at, attempts_left, digest = expires_then, left_then, digest_then
  end
end
if not guessed_last then
  value = redis.call('HGET', key, field)
  if value then
    expires_at, state, attempts_left, origin_at = struct.unpack(STANDING, value)
    if state ~= STATE_PENDING then
      again = string.find(value, nonce, NONCE_AT, true) == NONCE_AT
      origin_at = NONCE_AT + NONCE_LENGTH
    end
    digest = string.sub(value, origin_at + ORIGIN_LENGTH, origin_at + ORIGIN_LENGTH + DIGEST_LENGTH - 1)
  end
end
local answered = answered_field and redis.call('HGET', key, answered_field)

-- The answer to this very call, whose reply was lost, or to the first with this idempotency key: it is told again, and
-- nothing happens twice. Of a success whose proof cannot be redeemed any more nobody is told: it is worth nothing.
if again or answered then
-- @include mastership
  local master = mastership(TUNING.fence == 1)

  local function proven_at()
    local proof = redis.call('HGET', key, 'p' .. string.sub(failures_field, 2) .. ':' .. string.sub(digests, -DIGEST_LENGTH))
    if proof then
      local verified_at, proof_expires_at, proven_under, spent = struct.unpack(PROOF, proof)
      return spent == 0 and proof_expires_at > now and (master == 0 or proven_under == master) and verified_at
    end
  end

  local function verified(verified_at, before, repeated, assessed_at)
    local expires_in = math.max(0, verified_at + TUNING.proofLifetimeMs - now)
    return { 'verified', verified_at, before, expires_in, repeated, assessed_at }
  end

  if again and state ~= STATE_VERIFIED then
    return { 'wrong', attempts_left, failures, 0 }
  end
  if again and proven_at() then
    local _, _, _, assessed_at, _, failures_at = struct.unpack(ORIGIN, value, origin_at)
    return verified(proven_at(), string.byte(value, failures_at), 0, assessed_at)
  end
  if answered then
    local kind, forget_at, answered_under, at = struct.unpack(ANSWERED, answered)
    if forget_at > now and (master == 0 or answered_under == master) then
      if kind == KIND_VERIFIED then
        if not proven_at() then
          return { 'unknown' }
        end
        local verified_at, before = struct.unpack(ANSWERED_VERIFIED, answered, at)
        return verified(verified_at, before, 1, 0)
      elseif kind == KIND_WRONG then
        local left, then_failed = struct.unpack(ANSWERED_WRONG, answered, at)
        return { 'wrong', left, then_failed, 1 }
      end
    end
  end
end

if not_after and not_after ~= '0' and tonumber(not_after) <= now then
  return { 'stale' }
elseif only_repeat == '1' then
  return { 'new' }
elseif not state or state == STATE_VERIFIED or expires_at <= now then
  return { 'unknown' }
end

local found_at = attempts_left > 0 and string.find(digests, digest, 1, true)
-- One that counts as right, as a whole: no part of two, and not the proof's.
local right = found_at and found_at % DIGEST_LENGTH == 1 and found_at < #digests - DIGEST_LENGTH

local reply, kind, answer, master
if not right and attempts_left > 0 then
  -- Whatever became of the mastership that issued it: to ask costs as much as all the rest, and a guess that is wrong
  -- is refused either way.
  failures, attempts_left = failures + 1, attempts_left - 1
  if not guessed_last then
    if counted then
-- @include record
      put_guesses_back(key, read_record(key, 0), string.sub(failures_field, #'f:' + 1))
    end
    -- Once for all guesses at this verification, as if the last came when it expires: to renew it for each is a tenth of
    -- the time. GT: what must be remembered longer stays.
    redis.call('PEXPIREAT', key, string.format('%d', expires_at + TUNING.failureMemoryMs), 'GT')
  end
  local packed = struct.pack(FAILURES, failures, now, expires_at, attempts_left, nonce, name, digest)
  redis.call('HSET', key, failures_field, packed)
  reply = attempts_left * 256 + failures
  if answered_field then
    kind, answer = KIND_WRONG, struct.pack(ANSWERED_WRONG, attempts_left, failures)
  end
else
-- @include mastership
  if guessed_last then
    value = redis.call('HGET', key, field)
    if not value then
      -- Meant by an id that only begins in the same way.
      return { 'unknown' }
    end
    local _, state_before, _, after = struct.unpack(STANDING, value)
    origin_at = state_before == STATE_PENDING and after or NONCE_AT + NONCE_LENGTH
  end
  master = mastership(TUNING.fence == 1)
  local _, _, _, assessed_at, issued_under = struct.unpack(ORIGIN, value, origin_at)
  if master ~= 0 and issued_under ~= master then
    return { 'unknown' }
  end
  if attempts_left == 0 then
-- @include record
-- @include send-refusal
    return { 'exhausted', resend_in(read_record(key, master), string.sub(failures_field, #'f:' + 1), TUNING.policy, now) }
  end
  local spent = struct.pack(STANDING, expires_at, STATE_VERIFIED, attempts_left)
    .. nonce
    .. string.sub(value, origin_at, origin_at + ORIGIN_LENGTH - 1)
    .. string.char(failures)
  local of_purpose = string.sub(failures_field, 2)
  -- A cooldown that is over is empty, for to delete it takes a call of its own.
  redis.call(
    'HSET',
    key,
    field,
    spent,
    'p' .. of_purpose .. ':' .. string.sub(digests, -DIGEST_LENGTH),
    struct.pack(PROOF, now, now + TUNING.proofLifetimeMs, master, 0),
    'c' .. of_purpose,
    ''
  )
  -- PSETEX: SET with PX takes a fifth longer.
  redis.call('PSETEX', KEYS[2], KNOWN_MS, '')
  if counted then
-- @include record
    local record, purpose = read_record(key, master), string.sub(failures_field, #'f:' + 1)
    put_guesses_back(key, record, purpose)
    redis.call('HDEL', key, failures_field)
    -- Only a failure count keeps a record for weeks; with it gone, so is the reason to.
    record.failures[purpose] = nil
    retain(key, record, TUNING.policy)
  else
    redis.call('PEXPIRE', key, 'TUNING.proofLifetimeMs', 'GT')
  end
  reply = assessed_at == 0 and now * 256 + failures
    or { 'verified', now, failures, TUNING.proofLifetimeMs, 0, assessed_at }
  if answered_field then
    kind, answer = KIND_VERIFIED, struct.pack(ANSWERED_VERIFIED, now, failures)
  end
end

-- Kept for repeats: no longer than the proof, for it must still be worth something then.
if answered_field then
-- @include mastership
  local forget_at = now + math.min(TUNING.idempotencyMs, TUNING.proofLifetimeMs)
  master = master or mastership(TUNING.fence == 1)
  redis.call('HSET', key, answered_field, struct.pack(ANSWERED, kind, forget_at, master) .. answer)
  redis.call('PEXPIREAT', key, forget_at, 'GT')
end
return reply
