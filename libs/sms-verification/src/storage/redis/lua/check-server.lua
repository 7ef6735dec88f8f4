-- Tells whether a server shows scripts the id of its mastership, on which the fence rests (rule R19), and what it drops
-- when its memory is full.
--
-- Reply: { 'seen' | 'hidden', eviction policy }

local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
local policy = string.match(redis.call('INFO', 'memory'), 'maxmemory_policy:(%S+)')
return { id and #id == 40 and 'seen' or 'hidden', policy or '' }
