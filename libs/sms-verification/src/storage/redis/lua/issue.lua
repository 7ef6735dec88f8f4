-- Reserves the cooldown and the quota of a phone and stores a new verification, or sends a live one's code again,
-- or refuses and writes nothing. Refusing and reserving are one step: of N parallel sends one passes (rule R5).
--
-- KEYS[1] record          the phone's record
-- KEYS[2] known           there for 90 days after the phone has verified
-- ARGV[1] purpose
-- ARGV[2] verificationId  of the verification to be issued; drawn for this call, so its nonce, too
-- ARGV[3] digest          22 characters
-- ARGV[4] sealedCode
-- ARGV[5] resendOf        id of the verification to send again, or empty (rule R10)
-- ARGV[6] idempotencyKey  digest of the client's key, or empty (rule R11)
-- ARGV[7] notAfter        ms since 1970 from which the request is void, or 0 (rule R21)
-- ARGV[8] onlyRepeat      1 if it is to be answered only if it is a repeat, or 0
--
-- Reply: { 'issued', sent at, expires at, ms until a resend is allowed, 1 if known }
-- Reply: { 'resent', sent at, expires at, ms until a resend is allowed, digest, sealed code,
--          failed gateway or '', 1 if known }
-- Reply: { 'repeated', verification id, expires at, ms to live (less than 0 when it has expired), ms until a resend is allowed }
-- Reply: { 'stale' }
-- Reply: { 'new' }
-- Reply: { 'running', ms until the first request is settled }
-- Reply: { 'refused', 'cooldown' | 'quota' | 'failures', ms to wait, quota limit or 0, quota window or 0 }

-- @include clock
-- @include layout
-- @include mastership
-- @include record
-- @include send-refusal
-- @include prune

local key, purpose, id, digest, sealed_code = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local policy = TUNING.policy
local not_after = tonumber(ARGV[7])
local master = mastership(TUNING.fence == 1)
local record = read_record(key, master)
-- A request that rests on a token comes from a device that has verified.
local has_verified = not_after > 0 or redis.call('EXISTS', KEYS[2]) == 1
local known = has_verified and is_trusted(record, policy, now) and 1 or 0
local prefix = 'v:' .. purpose .. ':'
local answered_field = ARGV[6] ~= '' and 'i:' .. ARGV[6]
local nonce = string.sub(id, 1, NONCE_LENGTH)

-- What the first request with this key got, told again; nil when there was none.
local function repeated()
  local answered = answered_field and record.answered[answered_field] and redis.call('HGET', key, answered_field)
  if not answered then
    return nil
  end
  local kind, forget_at, _, rest = struct.unpack(ANSWERED, answered)
  if kind ~= KIND_SEND or forget_at <= now then
    return nil
  end
  local lease_until, done, id_at = struct.unpack(ANSWERED_SEND, answered, rest)
  -- Without word from the first request past its lease, it died between reserving and answering. Its message may
  -- have gone out, so none is sent for the repeat; if it did not, a resend brings the same code.
  if done == 0 and lease_until > now then
    return { 'running', lease_until - now }
  end
  local first_id = string.sub(answered, id_at)
  local found = record.verifications[prefix .. first_id]
  local expires_at = found and found.expires_at or now
  local wait = resend_in(record, purpose, policy, now, found)
  return { 'repeated', first_id, expires_at, expires_at - now, wait }
end

-- Takes the cooldown and a place in the quota, remembers who asked, and writes the verification.
local function reserve(field, verification, resent_by)
  local sent_at = verification.newest_send_at
  local streak = (record.cooldowns[purpose] and record.cooldowns[purpose].streak or 0) + 1
  local resend_at = now + policy.cooldownsMs[math.min(streak, #policy.cooldownsMs)]
  streak = math.min(streak, 255)
  table.insert(record.sends, sent_at)
  local cooldown = {
    resend_at = resend_at,
    last_send_at = sent_at,
    streak = streak,
    master = master,
    resent_by = resent_by,
  }
  record.cooldowns[purpose] = cooldown
  record.verifications[field] = verification
  local written = {
    's',
    pack_sends(record.sends),
    'c:' .. purpose,
    pack_cooldown(cooldown),
    field,
    pack_verification(verification),
  }
  if answered_field then
    local forget_at = now + policy.idempotencyMs
    record.answered[answered_field] = { forget_at = forget_at, master = master }
    table.insert(written, answered_field)
    table.insert(
      written,
      struct.pack(ANSWERED, KIND_SEND, forget_at, master)
        .. struct.pack(ANSWERED_SEND, now + policy.sendLeaseMs, 0)
        .. string.sub(field, #prefix + 1)
    )
  end
  redis.call('HSET', key, unpack(written))
  retain(key, record, policy)
end

local function refused(refusal)
  return { 'refused', refusal[1], refusal[2], refusal[3], refusal[4] }
end

local function issued(verification)
  local wait = resend_in(record, purpose, policy, now, verification)
  return { 'issued', verification.issued_at, verification.expires_at, wait, known }
end

local function resent(field, found)
  local message = record.messages['m' .. string.sub(field, 2)]
  local failed_gateway = found.delivery == UNDELIVERED and message and message.gateway or ''
  local wait = resend_in(record, purpose, policy, now, found)
  local digest, sealed_code = string.sub(found.code, 1, DIGEST_LENGTH), string.sub(found.code, DIGEST_LENGTH + 1)
  return { 'resent', found.newest_send_at, found.expires_at, wait, digest, sealed_code, failed_gateway, known }
end

local function resend(field, found)
  local refusal = refusal_of(record, purpose, policy, now, true)
  if refusal then
    return refused(refusal)
  end
  prune(key, record, policy, now)
  -- Sends of one verification are told apart by their times. The delivery stays that of the message before, for a
  -- cancel to find it there.
  found.newest_send_at = math.max(now, found.newest_send_at + 1)
  reserve(field, found, nonce)
  return resent(field, found)
end

local function issue(replaced_field)
  -- A replaced verification makes room for the new one, unless that one is refused.
  if replaced_field then
    record.verifications[replaced_field] = nil
  end
  local refusal = refusal_of(record, purpose, policy, now, false)
  if refusal then
    return refused(refusal)
  end
  prune(key, record, policy, now)
  if replaced_field then
    redis.call('HDEL', key, replaced_field, 'm' .. string.sub(replaced_field, 2))
  end
  local verification = {
    purpose = purpose,
    issued_at = now,
    expires_at = now + policy.lifetimeMs,
    state = STATE_PENDING,
    attempts_left = attempts_granted(record, purpose, policy, now),
    delivery = QUEUED,
    newest_send_at = now,
    assessed_at = 0,
    master = master,
    judged_by = '',
    code = digest .. sealed_code,
  }
  reserve(prefix .. id, verification, '')
  return issued(verification)
end

local named_field = prefix .. ARGV[5]
local named = ARGV[5] ~= '' and record.verifications[named_field]
local live = named and is_live(named, now)

-- The reply to this very call was lost: it is told again, and nothing is reserved twice. Before all else, since to its
-- own idempotency key it would look like a repeat of itself.
local cooldown = record.cooldowns[purpose]
local sent = record.verifications[prefix .. id]
local sent_again = live and cooldown and cooldown.resent_by == nonce and cooldown.last_send_at == named.newest_send_at
if sent or sent_again then
  -- As it was told the first time: this very send does not count against it yet.
  known = has_verified and is_trusted(record, policy, now, 1) and 1 or 0
  return sent and issued(sent) or resent(named_field, named)
end

local before = repeated()
if before then
  return before
elseif not_after > 0 and not_after <= now then
  return { 'stale' }
elseif ARGV[8] == '1' then
  return { 'new' }
end
return (live and policy.resendsSame == 1 and resend(named_field, named)) or issue(live and named_field)
