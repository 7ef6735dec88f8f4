-- Remembers for 90 days that a phone has verified.
local function remember_known(key)
  redis.call('SET', key, '', 'PX', 90 * 24 * 60 * 60 * 1000)
end
