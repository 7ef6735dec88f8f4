#!lua flags=allow-oom
-- Spends a proof: reads and marks it in one step, so that it is good once (rule R14). The mark answers the call that
-- made it, should it be made again because its reply was lost, and no other. A server whose memory is full runs it
-- (allow-oom): what was verified can be used.
--
-- KEYS[1] record          the phone's record
-- ARGV[1] field           the proof's; its purpose is part of the name, so another purpose finds nothing
-- ARGV[2] nonce           of this call
-- ARGV[3] fence           1 if a proof made under another mastership is gone: it may be spent (rule R19)
--
-- Reply: { 'redeemed', verified at }
-- Reply: { 'unknown' }

-- @include clock
-- @include layout
-- @include mastership

-- How long the mark is there at least, for a call that is made again.
local MARK_MS = 5000

local key, field, nonce = KEYS[1], ARGV[1], ARGV[2]
local found = redis.call('HGET', key, field)
if not found then
  return { 'unknown' }
end
local master = mastership(ARGV[3] == '1')
local verified_at, expires_at, proven_under, spent, rest = struct.unpack(PROOF, found)
if master ~= 0 and proven_under ~= master then
  return { 'unknown' }
end
if spent == 0 and expires_at > now then
  redis.call('HSET', key, field, struct.pack(PROOF, verified_at, expires_at, proven_under, 1) .. nonce)
  redis.call('PEXPIREAT', key, string.format('%d', now + MARK_MS), 'GT')
  return { 'redeemed', verified_at }
elseif spent == 1 and string.sub(found, rest) == nonce then
  return { 'redeemed', verified_at }
end
return { 'unknown' }
