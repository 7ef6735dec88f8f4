-- Takes one pending verification back, with the cooldown and the quota that it reserved. Compares before it
-- deletes: a verification that was verified meanwhile stays spent, and what a newer one reserved stays
-- reserved (rule R6).
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
-- ARGV[3] policy          JSON
--
-- Reply: { 'cancelled' }
-- Reply: { 'absent' }

-- @include record

local key, purpose, id = KEYS[1], ARGV[1], ARGV[2]
local field = 'v:' .. purpose .. ':' .. id
local record = read_record(key)
local found = record.verifications[field]
if not found or found.state ~= STATE_PENDING then
  return { 'absent' }
end

redis.call('HDEL', key, field)
record.verifications[field] = nil

for position, sent_at in ipairs(record.sends) do
  if sent_at == found.issued_at then
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
if cooldown and cooldown.last_send_at == found.issued_at then
  if cooldown.streak > 1 then
    cooldown.resend_at, cooldown.streak = found.issued_at, cooldown.streak - 1
    redis.call('HSET', key, 'c:' .. purpose, struct.pack(COOLDOWN, cooldown.resend_at, 0, cooldown.streak))
  else
    redis.call('HDEL', key, 'c:' .. purpose)
    record.cooldowns[purpose] = nil
  end
end

retain(key, record, cjson.decode(ARGV[3]))
return { 'cancelled' }
