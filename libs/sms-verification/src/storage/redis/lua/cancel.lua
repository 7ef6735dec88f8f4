-- Takes one send of a pending verification back, with the cooldown and the quota that it reserved, and the
-- verification too if this was its first send and no other followed. What is known of the message before a resend
-- stands again. Compares before it deletes: a verification that was verified meanwhile stays spent, and what a
-- newer send reserved stays reserved (rule R6).
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
-- ARGV[3] sentAt          when the send was reserved
-- ARGV[4] kind            'first' or 'resend'
-- ARGV[5] idempotencyKey  of the request that sent, or empty: a repeat of it may send
--
-- Reply: { 'cancelled' }
-- Reply: { 'absent' }

-- @include clock
-- @include layout
-- @include record

local key, purpose = KEYS[1], ARGV[1]
local field = 'v:' .. purpose .. ':' .. ARGV[2]
local sent_at = tonumber(ARGV[3])
-- No fence: whatever became of the server, this send is to leave nothing behind.
local record = read_record(key, 0)
local found = record.verifications[field]
if not found or found.state ~= STATE_PENDING then
  return { 'absent' }
end

local message_field = 'm' .. string.sub(field, 2)
local message = record.messages[message_field]
local followed = found.newest_send_at > sent_at or (message and message.sent_at > sent_at)
if ARGV[4] == 'first' and not followed then
  redis.call('HDEL', key, field, message_field)
  record.verifications[field] = nil
  -- Behind HDEL: once a script has written, it may go on although the server's memory is full.
  forget_guesses(key, record)
elseif found.newest_send_at == sent_at then
  found.newest_send_at = message and message.sent_at or found.issued_at
  redis.call('HSET', key, field, pack_verification(found))
end

local answered_field = 'i:' .. ARGV[5]
local answered = ARGV[5] ~= '' and redis.call('HGET', key, answered_field)
if answered and struct.unpack(ANSWERED, answered) == KIND_SEND then
  local _, _, _, rest = struct.unpack(ANSWERED, answered)
  local _, _, id_at = struct.unpack(ANSWERED_SEND, answered, rest)
  -- What a later request with the same key got is not this one's to forget.
  if string.sub(answered, id_at) == ARGV[2] then
    redis.call('HDEL', key, answered_field)
    record.answered[answered_field] = nil
  end
end

for position, at in ipairs(record.sends) do
  if at == sent_at then
    table.remove(record.sends, position)
    break
  end
end
if #record.sends > 0 then
  redis.call('HSET', key, 's', pack_sends(record.sends))
else
  redis.call('HDEL', key, 's')
end

local cooldown = record.cooldowns[purpose]
if cooldown and cooldown.last_send_at == sent_at then
  if cooldown.streak > 1 then
    -- It was over before the send, or that one had been refused.
    cooldown.resend_at, cooldown.streak = math.min(sent_at, now), cooldown.streak - 1
    cooldown.last_send_at, cooldown.resent_by = 0, ''
    redis.call('HSET', key, 'c:' .. purpose, pack_cooldown(cooldown))
  else
    redis.call('HDEL', key, 'c:' .. purpose)
    record.cooldowns[purpose] = nil
  end
end

retain(key, record, TUNING.policy)
return { 'cancelled' }
