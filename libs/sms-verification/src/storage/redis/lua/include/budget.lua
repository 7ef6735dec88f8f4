-- The day's spending: fields `day` (days since 1970), `all`, and one for each country; integers, in millionths of a
-- US dollar. The hash is of one day: what it says of an earlier one counts for nothing. Should a server whose clock
-- is a little behind take over just after midnight, the new day goes on: nothing is spent twice.
local DAY_MS = 86400000

-- The day that spending counts for, whether the hash has it yet, and what it has cost: in all, and in a country.
local function read_budget(key, country, now)
  local today = math.floor(now / DAY_MS)
  local stored, all, own = unpack(redis.call('HMGET', key, 'day', 'all', country))
  stored = tonumber(stored or -1)
  if stored == today or stored == today + 1 then
    return stored, true, tonumber(all or 0), tonumber(own or 0)
  end
  return today, false, 0, 0
end
