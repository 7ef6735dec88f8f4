-- Notes what a gateway reports of a message. A message that arrived stays arrived; of one that a newer message
-- has replaced, no failure matters. A failure ends the cooldown of its send, once for each verification, so that
-- the person need not wait for what will not come. A report may be served before record-sent.lua: it says as much.
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
-- ARGV[3] sentAt          when the send of the message was reserved
-- ARGV[4] gateway         which reports
-- ARGV[5] state           'delivered' or 'undelivered'
--
-- Reply: { 'recorded' }
-- Reply: { 'unchanged' }

-- @include clock
-- @include layout
-- @include record
-- @include message

local key, purpose, sent_at = KEYS[1], ARGV[1], tonumber(ARGV[3])
local subject = purpose .. ':' .. ARGV[2]
local state = ARGV[5] == 'delivered' and DELIVERED or UNDELIVERED
local value, known, cooling = unpack(redis.call('HMGET', key, 'v:' .. subject, 'm:' .. subject, 'c:' .. purpose))
if not value then
  return { 'unchanged' }
end
-- Written back as it stands here: what guesses have changed stands with the failures, and goes on counting.
local found, message = unpack_verification(value), known and unpack_message(known)
message = take_over(found, message, sent_at, ARGV[4]) or message
local replaced = message.sent_at > sent_at
if found.delivery == DELIVERED or found.delivery == state or (replaced and state == UNDELIVERED) then
  return { 'unchanged' }
end

found.delivery = state
if state == DELIVERED then
  -- The code is there: what else is under way is waited for no more.
  found.newest_send_at = message.sent_at
elseif message.spared == 0 and cooling and cooling ~= '' then
  local cooldown = unpack_cooldown(cooling)
  if cooldown.last_send_at == sent_at and cooldown.resend_at > now then
    message.spared, cooldown.resend_at = 1, now
    redis.call('HSET', key, 'c:' .. purpose, pack_cooldown(cooldown))
  end
end
redis.call('HSET', key, 'v:' .. subject, pack_verification(found), 'm:' .. subject, pack_message(message))
return { 'recorded' }
