-- Tells whose message a report is about. A report for nothing known is kept for a while: its gateway may have
-- been faster than the application that is about to name the message. Of several, an arrival is kept.
--
-- KEYS[1] message
-- ARGV[1] state           'delivered' or 'undelivered'
-- ARGV[2] earlyMs
--
-- Reply: { 'found', owner }
-- Reply: { 'unknown' }

local owner = redis.call('GET', KEYS[1])
if owner and not string.match(owner, '^early ') then
  return { 'found', owner }
end
if not owner or ARGV[1] == 'delivered' then
  redis.call('SET', KEYS[1], 'early ' .. ARGV[1], 'PX', tonumber(ARGV[2]))
end
return { 'unknown' }
