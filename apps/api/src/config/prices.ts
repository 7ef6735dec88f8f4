import { readFileSync } from 'node:fs';
import { MICROS_PER_USD } from '@app/sms-verification';
import { refuseAmbiguousJson } from '../http/strict-json';
import { isCountryOrNone } from './abuse-environment';

/** What a segment costs, in millionths of a US dollar, rounded up. */
export interface Prices {
  readonly byCountry: ReadonlyMap<string, number>;
  /** For countries without a price of their own. */
  readonly defaultMicros: number;
}

const DEARER_THAN_ANY_USD = 100;
const FORM = 'a JSON object such as { "US": 0.0079, "default": 0.1 }, with no name twice';
const PRICE = `a price in USD from 0 to ${String(DEARER_THAN_ANY_USD)}`;

/** Prices that cannot be used; each problem names the file, the place in it, and what it must be. */
export class PricesError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = PricesError.name;
  }
}

/**
 * Reads a file such as `{ "US": 0.0079, "FR": 0.0798, "default": 0.1 }`: USD a segment.
 *
 * @throws PricesError
 */
export function readPrices(path: string): Prices {
  const entries = Object.entries(readObject(path));
  const problems: string[] = [];
  for (const [name, price] of entries) {
    if (!isCountryOrNone(name) && name !== 'default') {
      problems.push(`${path}: ${JSON.stringify(name)} must be a country such as US, or default`);
    } else if (!isPrice(price)) problems.push(`${path}: ${name} must be ${PRICE}`);
  }
  if (!entries.some(([name]) => name === 'default')) {
    problems.push(`${path}: default must be ${PRICE}, for every country that is not named`);
  }
  if (problems.length > 0) throw new PricesError(problems);
  const { default: defaultMicros = 0, ...others } = Object.fromEntries(
    entries.map(([name, price]) => [name, toMicros(Number(price))]),
  );
  return { byCountry: new Map(Object.entries(others)), defaultMicros };
}

function readObject(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new PricesError([`${path}: must be a file that can be read`]);
  }
  try {
    const value: unknown = JSON.parse(text);
    refuseAmbiguousJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below like everything else that is no such object.
  }
  throw new PricesError([`${path}: must be ${FORM}`]);
}

function isPrice(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= DEARER_THAN_ANY_USD;
}

/** Rounded up, so that no message costs less than it does; to 15 digits first, as 0.0079 * 1e6 is above 7900. */
function toMicros(usd: number): number {
  return Math.ceil(Number((usd * MICROS_PER_USD).toPrecision(15)));
}
