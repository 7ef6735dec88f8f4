-- How long it is remembered that a phone has verified: 90 days. In quotes, since Redis would write a number out for
-- each call.
local KNOWN_MS = '7776000000'
