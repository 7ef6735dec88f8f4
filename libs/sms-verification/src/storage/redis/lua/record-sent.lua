-- Notes that a gateway took a message, and that the request that sent it is settled. Of two sends whose notes come
-- in the wrong order, the newer one's message stays the verification's.
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
-- ARGV[3] sentAt          when the send was reserved
-- ARGV[4] gateway
-- ARGV[5] idempotencyKey  of the request that sent, or empty
-- ARGV[6] assessedAt      when the guard of number ranges counted the send, or 0
--
-- Reply: { 'recorded' }
-- Reply: { 'absent' }

-- @include layout
-- @include record
-- @include message

local key = KEYS[1]
local subject = ARGV[1] .. ':' .. ARGV[2]
local value, known = unpack(redis.call('HMGET', key, 'v:' .. subject, 'm:' .. subject))
if not value then
  return { 'absent' }
end
-- Written back as it stands here: what guesses have changed stands with the failures, and goes on counting.
local found = unpack_verification(value)
local message = take_over(found, known and unpack_message(known), tonumber(ARGV[3]), ARGV[4])
local assessed_at = tonumber(ARGV[6])
if assessed_at > 0 then
  found.assessed_at = assessed_at
end
if message then
  redis.call('HSET', key, 'v:' .. subject, pack_verification(found), 'm:' .. subject, pack_message(message))
elseif assessed_at > 0 then
  redis.call('HSET', key, 'v:' .. subject, pack_verification(found))
end

local answered_field = 'i:' .. ARGV[5]
local answered = ARGV[5] ~= '' and redis.call('HGET', key, answered_field)
if answered then
  local kind, forget_at, answered_under, rest = struct.unpack(ANSWERED, answered)
  if kind == KIND_SEND then
    local lease_until, _, id_at = struct.unpack(ANSWERED_SEND, answered, rest)
    local settled = struct.pack(ANSWERED, kind, forget_at, answered_under) .. struct.pack(ANSWERED_SEND, lease_until, 1)
    redis.call('HSET', key, answered_field, settled .. string.sub(answered, id_at))
  end
end
return { 'recorded' }
