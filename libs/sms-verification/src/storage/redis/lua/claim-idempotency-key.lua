#!lua flags=allow-oom
-- Binds an idempotency key to the request that it came with first (rule R11), from the latest time it came with it:
-- a request that was refused at first is answered, and its answer remembered, later than it was claimed. A server whose
-- memory is full runs it (allow-oom), as it runs the verify that comes after it.
--
-- KEYS[1] claim
-- ARGV[1] request         digest of the request
-- ARGV[2] ttlMs
--
-- Reply: { 'same' | 'other' }

local bound = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'GET', 'PX', tonumber(ARGV[2]))
if bound and bound ~= ARGV[1] then
  return { 'other' }
end
if bound then
  redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[2]))
end
return { 'same' }
