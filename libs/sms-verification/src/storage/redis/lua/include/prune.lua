-- Drops what has lost its meaning: old sends, passed cooldowns, forgotten failures, past verifications with their
-- messages, expired proofs, answers that no repeat is expected for, and what a lost mastership has left. A record grows by sends, so
-- it is pruned at each send.
local function prune(key, record, policy, now)
  local stale = record.lost
  local function drop(fields, name, field)
    table.insert(stale, field)
    fields[name] = nil
  end

  local window = longest_window(policy)
  while record.sends[1] and record.sends[1] + window <= now do
    table.remove(record.sends, 1)
  end
  for purpose, cooldown in pairs(record.cooldowns) do
    if cooldown.resend_at + policy.cooldownMemoryMs <= now then
      drop(record.cooldowns, purpose, 'c:' .. purpose)
    end
  end
  for purpose in pairs(record.failures) do
    if failures_of(record, purpose, policy, now).count == 0 then
      put_guesses_back(key, record, purpose)
      drop(record.failures, purpose, 'f:' .. purpose)
    end
  end
  for field, verification in pairs(record.verifications) do
    if verification.expires_at + policy.rememberMs <= now then
      drop(record.verifications, field, field)
    end
  end
  for field in pairs(record.messages) do
    if not record.verifications['v' .. string.sub(field, 2)] then
      drop(record.messages, field, field)
    end
  end
  for field, proof in pairs(record.proofs) do
    if proof.expires_at <= now then
      drop(record.proofs, field, field)
    end
  end
  for field, answered in pairs(record.answered) do
    if answered.forget_at <= now then
      drop(record.answered, field, field)
    end
  end
  forget_guesses(key, record)
  if #stale > 0 then
    redis.call('HDEL', key, unpack(stale))
  end
end
