-- Notes whose message it is that a gateway calls by this name. A report that came too early is handed over.
--
-- KEYS[1] message
-- ARGV[1] owner           fingerprint, purpose, verification id and time of the send, joined by spaces
-- ARGV[2] memoryMs
--
-- Reply: { 'named' }
-- Reply: { 'delivered' | 'undelivered' } as reported before the name was known

local before = redis.call('SET', KEYS[1], ARGV[1], 'PX', tonumber(ARGV[2]), 'GET')
if before == 'early delivered' then
  return { 'delivered' }
elseif before == 'early undelivered' then
  return { 'undelivered' }
end
return { 'named' }
