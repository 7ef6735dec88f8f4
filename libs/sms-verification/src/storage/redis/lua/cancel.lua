-- Takes one send of a pending verification back, with the cooldown and the quota that it reserved, and the
-- verification too if this was its first send. Compares before it deletes: a verification that was verified
-- meanwhile stays spent, and what a newer send reserved stays reserved (rule R6).
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
-- ARGV[3] sentAt          when the send was reserved
-- ARGV[4] kind            'first' or 'resend'
-- ARGV[5] idempotencyKey  of the request that sent, or empty: a repeat of it may send
-- ARGV[6] policy          JSON
--
-- Reply: { 'cancelled' }
-- Reply: { 'absent' }

-- @include record

local key, purpose = KEYS[1], ARGV[1]
local field = 'v:' .. purpose .. ':' .. ARGV[2]
local sent_at = tonumber(ARGV[3])
local record = read_record(key)
local found = record.verifications[field]
if not found or found.state ~= STATE_PENDING then
  return { 'absent' }
end

if ARGV[4] == 'first' then
  redis.call('HDEL', key, field, 'm' .. string.sub(field, 2))
  record.verifications[field] = nil
end
if ARGV[5] ~= '' then
  redis.call('HDEL', key, 'i:' .. ARGV[5])
  record.answered['i:' .. ARGV[5]] = nil
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
    cooldown.resend_at, cooldown.streak = sent_at, cooldown.streak - 1
    redis.call('HSET', key, 'c:' .. purpose, struct.pack(COOLDOWN, cooldown.resend_at, 0, cooldown.streak))
  else
    redis.call('HDEL', key, 'c:' .. purpose)
    record.cooldowns[purpose] = nil
  end
end

retain(key, record, cjson.decode(ARGV[6]))
return { 'cancelled' }
