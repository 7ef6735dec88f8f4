-- Proves that scripts run and write here, which a server that only answers may not allow: a replica, or one whose
-- memory is full.
--
-- KEYS[1] health          that this was proven; gone a minute later
--
-- Reply: { 'written' }

redis.call('SET', KEYS[1], '1', 'PX', 60000)
return { 'written' }
