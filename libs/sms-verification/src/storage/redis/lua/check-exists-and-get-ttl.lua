-- Reads existence, remaining lifetime and cooldown in one step, at one instant: nothing can expire between two
-- looks, because there is one look, and nothing is computed from a lifetime assumed (rules R5, R7).
--
-- KEYS[1] record          the phone's record
-- KEYS[2] known           there for 90 days after the phone has verified
-- ARGV[1] purpose
--
-- Reply: { 1 | 0 exists, ms to live, 1 if known, 'none' | 'cooldown' | 'quota' | 'failures', ms to wait, limit, window }

-- @include clock

-- Of most phones that are sent to nothing is kept: what holds then needs neither the rules nor the mastership, which
-- costs more to read than all else here.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 0, 0, redis.call('EXISTS', KEYS[2]), 'none', 0, 0, 0 }
end

-- @include layout
-- @include mastership
-- @include record
-- @include send-refusal

local purpose, policy = ARGV[1], TUNING.policy
local record = read_record(KEYS[1], mastership(TUNING.fence == 1))
local live = live_of(record, purpose, now)
local longest_lived = live[#live]
local refusal = refusal_of(record, purpose, policy, now, false) or { 'none', 0, 0, 0 }
return {
  longest_lived and 1 or 0,
  longest_lived and longest_lived.expires_at - now or 0,
  redis.call('EXISTS', KEYS[2]) == 1 and is_trusted(record, policy, now) and 1 or 0,
  refusal[1],
  refusal[2],
  refusal[3],
  refusal[4],
}
