-- What a send of this purpose would be refused for. The rules are those of storage/in-process/phone-record.ts,
-- function by function; the conformance suite and the differential test hold both to the same answers.

-- A pending verification that still has time and attempts: one whose code could be verified.
local function is_live(verification, now)
  return verification.state == STATE_PENDING and verification.expires_at > now and verification.attempts_left > 0
end

-- The live verifications of a purpose, the one that expires first first.
local function live_of(record, purpose, now)
  local live = {}
  for _, verification in pairs(record.verifications) do
    if verification.purpose == purpose and is_live(verification, now) then
      table.insert(live, verification)
    end
  end
  table.sort(live, function(first, second)
    return first.expires_at < second.expires_at
  end)
  return live
end

local function failures_of(record, purpose, policy, now)
  local none = { count = 0, last_failed_at = 0 }
  local failures = record.failures[purpose]
  if not failures or failures.last_failed_at + policy.failureMemoryMs <= now then
    return none
  end
  local lock = policy.failureWaits[#policy.failureWaits]
  if failures.count >= lock.failures and failures.last_failed_at + lock.waitMs <= now then
    return none
  end
  return failures
end

-- Sets aside what live verifications may still guess wrong, so that the lock's count is never exceeded and
-- yet no stranger's failure takes an attempt from a verification that was issued before (R4, R9).
local function attempts_granted(record, purpose, policy, now)
  local set_aside = 0
  for _, verification in ipairs(live_of(record, purpose, now)) do
    set_aside = set_aside + verification.attempts_left
  end
  local lock = policy.failureWaits[#policy.failureWaits]
  local count = failures_of(record, purpose, policy, now).count
  return math.min(policy.maxAttempts, lock.failures - count - set_aside)
end

-- Returns the refusal that holds longest, as { reason, wait, limit, window }, or nil. A resend costs a message
-- like any send, but grants no guesses: only what counts messages applies to it.
local function refusal_of(record, purpose, policy, now, is_resend)
  local longest = nil
  local function refuse(reason, wait, limit, window)
    if wait > 0 and (not longest or wait > longest[2]) then
      longest = { reason, wait, limit or 0, window or 0 }
    end
  end

  local cooldown = record.cooldowns[purpose]
  if cooldown then
    refuse('cooldown', cooldown.resend_at - now)
  end

  for _, quota in ipairs(policy.quotas) do
    local recent = {}
    for _, sent_at in ipairs(record.sends) do
      if sent_at + quota.windowMs > now then
        table.insert(recent, sent_at)
      end
    end
    local must_leave = recent[#recent - quota.limit + 1]
    if must_leave then
      refuse('quota', must_leave + quota.windowMs - now, quota.limit, quota.windowMs)
    end
  end

  if is_resend then
    return longest
  end

  local live = live_of(record, purpose, now)
  local must_expire = live[#live - policy.maxLive + 1]
  if must_expire then
    refuse('cooldown', must_expire.expires_at - now)
  end

  local failures = failures_of(record, purpose, policy, now)
  for step = #policy.failureWaits, 1, -1 do
    if policy.failureWaits[step].failures <= failures.count then
      refuse('failures', failures.last_failed_at + policy.failureWaits[step].waitMs - now)
      break
    end
  end

  if live[1] and attempts_granted(record, purpose, policy, now) < 1 then
    refuse('failures', live[1].expires_at - now)
  end
  return longest
end

-- Milliseconds until the holder of this verification (nil: somebody without one) may have a code sent.
local function resend_in(record, purpose, policy, now, held)
  local is_resend = policy.resendsSame == 1 and held and is_live(held, now)
  local refusal = refusal_of(record, purpose, policy, now, is_resend)
  return refusal and refusal[2] or 0
end

-- As many sends in a row that nobody verified make a phone that has verified like any other.
local UNVERIFIED_SENDS = 3

-- Whether a phone that has verified is still taken for one: sends in a row without success, of all purposes, count
-- against it as long as they lengthen the cooldown. `sends` of them are not meant.
local function is_trusted(record, policy, now, sends)
  local unverified = -(sends or 0)
  for _, cooldown in pairs(record.cooldowns) do
    if cooldown.resend_at + policy.cooldownMemoryMs > now then
      unverified = unverified + cooldown.streak
    end
  end
  return unverified < UNVERIFIED_SENDS
end
