-- Spends the answer to a challenge, so that it is good once, on however many instances (rule R20).
--
-- KEYS[1] challenge       the answer's mark
-- ARGV[1] ttlMs           how long it stays spent
-- ARGV[2] nonce           of this call; the same when it is made again because its reply was lost
--
-- Reply: { 'new' | 'spent' }

local before = redis.call('SET', KEYS[1], ARGV[2], 'NX', 'GET', 'PX', tonumber(ARGV[1]))
if not before or before == ARGV[2] then
  return { 'new' }
end
return { 'spent' }
