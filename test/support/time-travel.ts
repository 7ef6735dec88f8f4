import type { RedisClient } from '@app/sms-verification';
import { mastersOf } from './redis-masters';

/**
 * Moves everything stored under a prefix into the past: each stored time and each expiry becomes `ARGV[1]`
 * milliseconds earlier, which is the same as that much time passing for every script, since they know no other
 * clock than the server's. Nobody has to wait, and the scripts under test run unchanged. Knows the layout in
 * lua/include/layout.lua; the conformance suite would fail if the two came apart.
 */
const AGE = `
local delta = tonumber(ARGV[1])
local function earlier(value, position)
  local at = struct.unpack('>I6', value, position)
  local moved = struct.pack('>I6', math.max(0, at - delta))
  return string.sub(value, 1, position - 1) .. moved .. string.sub(value, position + 6)
end
for _, key in ipairs(KEYS) do
  if redis.call('TYPE', key).ok == 'hash' then
    local fields = redis.call('HGETALL', key)
    for i = 1, #fields, 2 do
      local field, value = fields[i], fields[i + 1]
      local positions = ({ c = { 1, 7 }, f = { 2, 8 }, v = { 1, 16 }, m = { 1 }, p = { 7 }, i = { 2, 14 } })[string.sub(field, 1, 1)]
      local KIND_WRONG = 2
      if string.sub(field, 1, 2) == 'i:' and string.byte(value) == KIND_WRONG then positions = { 2 } end
      local STATE_PENDING = 0
      -- Once judged, the nonce of a guess stands before when the guard counted it.
      if string.sub(field, 1, 1) == 'v' and string.byte(value, 7) ~= STATE_PENDING then positions = { 1, 24 } end
      if field == 's' then
        positions = {}
        for position = 1, #value, 6 do table.insert(positions, position) end
      end
      if value == '' then positions = {} end
      for _, position in ipairs(positions) do value = earlier(value, position) end
      redis.call('HSET', key, field, value)
    end
  end
  if redis.call('TYPE', key).ok == 'string' then
    -- Whose message it is that a report names: the owner's last word is the time of the send.
    local owner, sent_at = string.match(redis.call('GET', key), '^(%S+ %S+ %S+ )(%d+)$')
    if owner then redis.call('SET', key, owner .. string.format('%d', sent_at - delta), 'KEEPTTL') end
  end
  local ttl = redis.call('PTTL', key)
  if ttl >= 0 then redis.call('PEXPIRE', key, ttl - delta) end
end`;

/** Lets `ms` milliseconds pass for everything under the prefix. */
export async function passTime(redis: RedisClient, prefix: string, ms: number): Promise<void> {
  for (const key of await keysUnder(redis, prefix)) await redis.eval(AGE, 1, key, ms);
}

/** All keys under a prefix. */
export async function keysUnder(redis: RedisClient, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (const master of await mastersOf(redis)) {
    for await (const batch of master.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      keys.push(...(batch as string[]));
    }
  }
  // SCAN may name a key twice while the server rehashes.
  return [...new Set(keys)];
}
