-- Tells how one verification stands.
--
-- KEYS[1] record          the phone's record
-- ARGV[1] purpose
-- ARGV[2] verificationId
--
-- Reply: { 'pending' | 'verified' | 'expired' | 'locked', attempts remaining, ms to live, ms until a resend,
--          'queued' | 'sent' | 'delivered' | 'undelivered' }
-- Reply: { 'unknown' }

-- @include clock
-- @include layout
-- @include mastership
-- @include record
-- @include send-refusal

local purpose, policy = ARGV[1], TUNING.policy
local record = read_record(KEYS[1], mastership(TUNING.fence == 1))
local found = record.verifications['v:' .. purpose .. ':' .. ARGV[2]]
if not found or found.expires_at + policy.rememberMs <= now then
  return { 'unknown' }
end

local state = 'pending'
if found.state == STATE_VERIFIED then
  state = 'verified'
elseif found.expires_at <= now then
  state = 'expired'
elseif found.attempts_left == 0 then
  state = 'locked'
end
-- While a newer send is under way, the message before it is not what the person waits for.
local message = record.messages['m:' .. purpose .. ':' .. ARGV[2]]
local delivery = message and message.sent_at >= found.newest_send_at and found.delivery or QUEUED
return {
  state,
  found.attempts_left,
  math.max(0, found.expires_at - now),
  resend_in(record, purpose, policy, now, found),
  ({ [QUEUED] = 'queued', [SENT] = 'sent', [DELIVERED] = 'delivered', [UNDELIVERED] = 'undelivered' })[delivery],
}
