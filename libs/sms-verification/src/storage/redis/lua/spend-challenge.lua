-- Spends the answer to a challenge, so that it is good once, on however many instances (rule R20).
--
-- KEYS[1] challenge       the answer's mark
-- ARGV[1] ttlMs           how long it stays spent
--
-- Reply: { 'new' | 'spent' }

if redis.call('SET', KEYS[1], '1', 'NX', 'PX', tonumber(ARGV[1])) then
  return { 'new' }
end
return { 'spent' }
