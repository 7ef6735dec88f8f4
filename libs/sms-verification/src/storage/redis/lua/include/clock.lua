-- now: milliseconds since 1970 on the Redis server's clock, the only clock that counts (rule R12).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
