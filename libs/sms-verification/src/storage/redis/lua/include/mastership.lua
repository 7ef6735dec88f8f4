-- Names the mastership under which this server writes, as a whole number: the first 12 of the 40 hexadecimal digits of
-- its replication id. A promotion, a fail-back and a restart each begin another (rule R19); run_id would not do, for a
-- server that was master before is believed again. 0, which no mastership is named, when no fence is wanted: to read
-- the id costs more than to judge a guess.
local function mastership(fenced)
  if not fenced then
    return 0
  end
  local told = redis.call('INFO', 'replication')
  local _, at = string.find(told, 'master_replid:', 1, true)
  return tonumber(string.sub(told, at + 1, at + 12), 16)
end
