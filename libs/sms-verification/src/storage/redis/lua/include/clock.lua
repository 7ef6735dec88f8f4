-- now: milliseconds since 1970 on the Redis server's clock, the only clock that counts (rule R12).
local time = redis.call('TIME')
local milliseconds = time[2] / 1000
-- Not math.floor: to find and to call a function takes ten times as long.
local now = time[1] * 1000 + (milliseconds - milliseconds % 1)
