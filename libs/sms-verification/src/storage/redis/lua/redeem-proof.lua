-- Spends a proof: reads and deletes it in one step, so that it yields its phone once (rule R14).
--
-- KEYS[1] proof           the proof; its purpose is part of the name, so another purpose finds nothing
--
-- Reply: { 'redeemed', verified at, sealed phone }
-- Reply: { 'unknown' }

local found = redis.call('GETDEL', KEYS[1])
if not found then
  return { 'unknown' }
end
local verified_at, sealed_phone = string.match(found, '^(%d+):(.*)$')
return { 'redeemed', tonumber(verified_at), sealed_phone }
