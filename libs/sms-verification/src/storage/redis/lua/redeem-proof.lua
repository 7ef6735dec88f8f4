-- Spends a proof: reads and marks it in one step, so that it is good once (rule R14). The mark lies where the
-- proof was for as long as the call might be made again because its reply was lost, and answers that call alone.
--
-- KEYS[1] proof           the proof; its purpose is part of the name, so another purpose finds nothing
-- ARGV[1] nonce           of this call
-- ARGV[2] fence           1 if a proof made under another mastership is gone: it may be spent (rule R19)
--
-- Reply: { 'redeemed', verified at }
-- Reply: { 'unknown' }

-- @include layout
-- @include mastership

local MARK_MS = 5000

local found = redis.call('GET', KEYS[1])
if not found then
  return { 'unknown' }
end
local master = mastership(ARGV[2] == '1')
local verified_at, proven_under, spent, rest = struct.unpack(PROOF, found)
if master ~= 0 and proven_under ~= master then
  return { 'unknown' }
end
if spent == 0 then
  local mark = struct.pack(PROOF, verified_at, proven_under, 1) .. ARGV[1]
  -- First what needs no memory: a server that has none left refuses the first write of a script, and only the first.
  redis.call('PEXPIRE', KEYS[1], MARK_MS)
  redis.call('SET', KEYS[1], mark, 'KEEPTTL')
  return { 'redeemed', verified_at }
elseif string.sub(found, rest, rest + NONCE_LENGTH - 1) == ARGV[1] then
  return { 'redeemed', verified_at }
end
return { 'unknown' }
