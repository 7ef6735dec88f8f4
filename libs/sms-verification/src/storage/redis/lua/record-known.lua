-- Notes that a phone has verified, where another key's success tells: that of a device of its own (rule R21).
--
-- KEYS[1] known           remembers for 90 days that the phone has verified
--
-- Reply: { 'recorded' }

-- @include known

redis.call('PSETEX', KEYS[1], KNOWN_MS, '')
return { 'recorded' }
