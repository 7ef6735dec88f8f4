import type { PhoneNumber, RedisClient } from '@app/sms-verification';
import { mastersOf } from '../support/redis-masters';

/** What must hold of every key, and what must be nowhere. */
export interface Expectations {
  readonly keyPrefix: string;
  /** Fingerprints of the phones that the storage was told of. */
  readonly fingerprints: readonly string[];
  /** Looked for in every name and value, in E.164 and in national form. */
  readonly phones: readonly PhoneNumber[];
  /** Looked for in every name and value. */
  readonly codes: readonly string[];
  /** No key may live longer. */
  readonly longestTtlMs: number;
}

/** How long a gateway's name for a message is remembered. */
const LONGEST_NAME_MS = 3_600_000;
/** How long it is remembered that a phone has verified. */
const KNOWN_MS = 90 * 24 * 3_600_000;

/** Reads every key of a server under a prefix in one step: its name, its PTTL, and how many of the needles it contains. */
const LOOK = `
local keys = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local found = 0
  local function look(text)
    for i = 2, #ARGV do
      if string.find(text, ARGV[i], 1, true) then found = found + 1 end
    end
  end
  look(key)
  local value = redis.call('TYPE', key).ok == 'hash' and redis.call('HGETALL', key) or { redis.call('GET', key) }
  for _, part in ipairs(value) do look(part) end
  table.insert(keys, { key, redis.call('PTTL', key), found })
end
return keys`;

/**
 * Everything that is wrong with the keys under a prefix, in words (rules R13, R15): each must expire, carry
 * exactly one hash tag, which is a phone's fingerprint or a digest, and contain neither a phone nor a code.
 */
export async function unsoundKeys(redis: RedisClient, expected: Expectations): Promise<string[]> {
  const { keyPrefix, fingerprints, phones, codes, longestTtlMs } = expected;
  // The national digits are part of the E.164 form, so looking for them finds both.
  const needles = [...phones.map(({ e164 }) => e164.slice(-10)), ...codes];
  const found = (await mastersOf(redis)).map(
    (master) => master.eval(LOOK, 0, keyPrefix, ...needles) as Promise<[string, number, number][]>,
  );
  const keys = (await Promise.all(found)).flat();
  return keys.flatMap(([name, ttlMs, found]) => {
    const own = name.slice(keyPrefix.length);
    // Named by digests of what gateways and clients chose; belongs to no phone by its name.
    const digested = /^(message|idempotency):\{[A-Za-z0-9_-]{22,43}\}$/.test(own);
    const tag = /^\{([^{}]+)\}(:known|:proof:[a-z0-9_]+:[A-Za-z0-9_-]{43})?$/.exec(own)?.[1];
    return [
      ...(ttlMs > 0 &&
      ttlMs <= Math.max(longestTtlMs, digested ? LONGEST_NAME_MS : 0, own.endsWith(':known') ? KNOWN_MS : 0)
        ? []
        : [`${own} has a PTTL of ${String(ttlMs)}`]),
      ...(digested || (tag !== undefined && fingerprints.includes(tag))
        ? []
        : [`${own} has the wrong form or hash tag`]),
      ...(found === 0 ? [] : [`${own} contains a phone or a code`]),
    ];
  });
}
