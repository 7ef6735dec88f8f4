-- Tells whose message a report is about. A report for nothing known is kept for a while: its gateway may have
-- been faster than the application that is about to name the message.
--
-- KEYS[1] message
-- ARGV[1] state           'delivered' or 'undelivered'
-- ARGV[2] earlyMs
--
-- Reply: { 'found', owner }
-- Reply: { 'unknown' }

local owner = redis.call('GET', KEYS[1])
if not owner then
  redis.call('SET', KEYS[1], 'early ' .. ARGV[1], 'PX', tonumber(ARGV[2]))
  return { 'unknown' }
elseif string.match(owner, '^early ') then
  return { 'unknown' }
end
return { 'found', owner }
