-- Reads what today has cost so far, in all and in one country; changes nothing.
--
-- KEYS[1] budget          what today has cost
-- ARGV[1] country         ISO 3166-1 alpha-2, or ZZ
--
-- Reply: { 'read', micros in all, micros in the country, ms until the next day }

-- @include clock
-- @include budget

local day, _, all, own = read_budget(KEYS[1], ARGV[1], now)
return { 'read', all, own, (day + 1) * DAY_MS - now }
