import { BOUNDS, PREFIX_GUARD_TUNING, type PhoneNumber, type RedisClient } from '@app/sms-verification';
import { mastersOf } from '../support/redis-masters';

/** What must hold of every key, and what must be nowhere. */
export interface Expectations {
  readonly keyPrefix: string;
  /** Fingerprints of the phones that the storage was told of. */
  readonly fingerprints: readonly string[];
  /** Looked for in every name and value, in E.164 and in national form. */
  readonly phones: readonly PhoneNumber[];
  /** Codes and other secrets, looked for in every name and value. */
  readonly codes: readonly string[];
  /** No record of a phone may live longer. */
  readonly longestTtlMs: number;
}

/** A kind of key. A fingerprint in its form must be one of those expected. */
interface Kind {
  readonly form: RegExp;
  /** No key of this kind may live longer; left out: what the caller says. */
  readonly longestMs?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const [COUNTRY_MS = 0, OPERATOR_MS = 0, RANGE_MS = 0] = PREFIX_GUARD_TUNING.keepMs;
const PHONE = '\\{(?<fingerprint>[A-Za-z0-9_-]{16})\\}';
const ofPhone = (rest: string): RegExp => new RegExp(`^${PHONE}${rest}$`);

/** Every kind of key there is, as the README lists them; a key of no kind is unsound. */
const KINDS = {
  record: { form: ofPhone('') },
  known: { form: ofPhone(':known'), longestMs: 90 * DAY },
  message: { form: /^message:\{[A-Za-z0-9_-]{22}\}$/, longestMs: HOUR },
  idempotency: { form: /^idempotency:\{[A-Za-z0-9_-]{22,43}\}$/, longestMs: BOUNDS.idempotencyMs[1] },
  // As long as its answer would be taken, and for hosted challenges a while longer.
  challenge: { form: /^challenge:\{[A-Za-z0-9_-]{22,43}\}$/, longestMs: 15 * MINUTE },
  // Until the day after is over.
  budget: { form: /^\{budget\}$/, longestMs: 2 * DAY },
  guardStart: { form: /^\{guard\}:start$/, longestMs: PREFIX_GUARD_TUNING.keepStartMs },
  // A country, a country with the first one to three digits of its numbers, or with a digest: never more of a number.
  country: { form: /^\{guard\}:[A-Z]{2}$/, longestMs: COUNTRY_MS },
  operator: { form: /^\{guard\}:[A-Z]{2}-[0-9]{1,3}$/, longestMs: OPERATOR_MS },
  range: {
    form: /^\{guard\}:[A-Z]{2}-(?![0-9]{10})[A-Za-z0-9_-]{10}$/,
    longestMs: RANGE_MS,
  },
  health: { form: /^\{health\}$/, longestMs: MINUTE },
  // All tests have windows of ten minutes or less.
  address: { form: /^ip:\{[0-9a-f.:/]+\}:(send|verify|subnet):[0-9a-f.:/]+$/, longestMs: 10 * MINUTE },
} satisfies Readonly<Record<string, Kind>>;

export type KeyKind = keyof typeof KINDS;
export const KEY_KINDS = Object.keys(KINDS) as readonly KeyKind[];

/** Which kind of key has this name, without what begins all names. */
export function kindOf(name: string): KeyKind | undefined {
  return KEY_KINDS.find((kind) => KINDS[kind].form.test(name));
}

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
 * Everything that is wrong with the keys under a prefix, in words (rules R13, R15): each must be of a known kind, expire
 * as soon as that kind does, have a fingerprint that is expected if it has any, and contain neither a phone nor a code.
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
    const kind = kindOf(own);
    const { form, longestMs = longestTtlMs }: Partial<Kind> = kind === undefined ? {} : KINDS[kind];
    const fingerprint = form?.exec(own)?.groups?.['fingerprint'];
    const isExpected = fingerprint === undefined || fingerprints.includes(fingerprint);
    return [
      ...(ttlMs > 0 && ttlMs <= longestMs ? [] : [`${own} has a PTTL of ${String(ttlMs)}`]),
      ...(kind !== undefined && isExpected ? [] : [`${own} has the wrong form or hash tag`]),
      ...(found === 0 ? [] : [`${own} contains a phone or a code`]),
    ];
  });
}
