import { isIPv6 } from 'node:net';

// The small formats in which settings are written: `10m`, `5/1h`, `60,60,120,300`.

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `90s`, `10m`, `1h`, `1d` as milliseconds; NaN for anything else. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNITS[unit];
  return amount === undefined || unitMs === undefined ? NaN : Number(amount) * unitMs;
}

/** A count and a duration, as in `20/10m`. */
export interface Rate {
  readonly count: number;
  readonly durationMs: number;
}

/** Reads `20/10m`; the parts that cannot be read are NaN. */
export function parseRate(text: string): Rate {
  const [count = '', duration = '', ...rest] = text.split('/');
  const readable = /^[0-9]{1,6}$/.test(count) && rest.length === 0;
  return { count: readable ? Number(count) : NaN, durationMs: parseDuration(duration) };
}

/** Reads a list separated by commas; spaces around an item do not count. */
export function parseList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** Whether the text reads as a rate whose parts lie within these bounds. */
export function isRate(
  text: string,
  [lowCount, highCount]: readonly [number, number],
  [lowMs, highMs]: readonly [number, number],
): boolean {
  const { count, durationMs } = parseRate(text);
  return count >= lowCount && count <= highCount && durationMs >= lowMs && durationMs <= highMs;
}

/** Whether the text reads as an amount of money within these bounds, to the cent: `50`, `49.9`, `49.99`. */
export function isUsd(text: string, [low, high]: readonly [number, number]): boolean {
  return /^[0-9]{1,9}(?:\.[0-9]{1,2})?$/.test(text) && Number(text) >= low && Number(text) <= high;
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `redis-1:6379`, `10.0.0.1:6379` or `[::1]:6379`; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [, ipv6, name, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined;
  return Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
}
