-- Takes over the message of a send that a gateway took; nil when it is as new as the one known, or older.
local function take_over(found, known, sent_at, gateway)
  if known and known.sent_at >= sent_at then
    return nil
  end
  -- An arrival that was reported while this send was under way is news of the same code: it stays.
  if found.delivery ~= DELIVERED or found.newest_send_at == sent_at then
    found.delivery = SENT
  end
  return { sent_at = sent_at, spared = known and known.spared or 0, gateway = gateway }
end
