-- Spends what a message costs, unless the day would then have cost more than it may, in all or in this country: one
-- step, so that no number of instances overspends together (rule R20). Nothing at all is spent against a limit of 0.
--
-- KEYS[1] budget          what today has cost
-- ARGV[1] country         ISO 3166-1 alpha-2, or ZZ
-- ARGV[2] costMicros      millionths of a US dollar
-- ARGV[3] overallMicros   what a day may cost in all
-- ARGV[4] countryMicros   what it may cost in this country
--
-- Reply: { 'spent', day }
-- Reply: { 'refused', 'overall' | 'country', ms until the next day }

-- @include clock
-- @include budget

local key, country = KEYS[1], ARGV[1]
local cost = tonumber(ARGV[2])
local day, begun, all, own = read_budget(key, country, now)
local scopes = { { 'overall', tonumber(ARGV[3]), all }, { 'country', tonumber(ARGV[4]), own } }
for _, scope in ipairs(scopes) do
  local name, limit, spent = unpack(scope)
  if limit == 0 or cost > limit - spent then
    return { 'refused', name, (day + 1) * DAY_MS - now }
  end
end

if not begun then
  redis.call('DEL', key)
  redis.call('HSET', key, 'day', day)
end
redis.call('HINCRBY', key, 'all', ARGV[2])
redis.call('HINCRBY', key, country, ARGV[2])
-- Until the day after is over: longer than any clock here may be wrong.
redis.call('PEXPIREAT', key, (day + 2) * DAY_MS)
return { 'spent', day }
