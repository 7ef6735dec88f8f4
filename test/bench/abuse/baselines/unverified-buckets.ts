import { DAY, HOUR } from '../traffic/session';
import { PASS, type Answer, type Defence, type Send } from './defence';

interface Bucket {
  level: number;
  at: number;
}

const HISTORY_DAYS = 14;
/** Cold, it would refuse nearly everybody, see too few verify, and go on refusing. */
const WARM_UP_DAYS = 7;
const COUNTRY_SHARE = 0.2;
const COUNTRY_LEAST_DAILY = 20;
const IP_DAILY = 20;
const IP_HOURLY = 10;

/**
 * The rule of Authgear's fraud protection as publicly described, in deny mode: leaky buckets of unverified codes, by
 * country and by address; a country's bucket is sized by what it used to verify. The sizes here are ours.
 */
export class UnverifiedBuckets implements Defence {
  private readonly buckets = new Map<string, Bucket>();
  private startedAt: number | undefined;
  private readonly verifiedByDay = new Map<string, Map<number, number>>();

  assess({ at, country, ip, resend }: Send): Promise<Answer> {
    const limits = this.limits(country, ip, at);
    const full = limits.find(
      ({ name, capacity, drainMs }) => this.level(name, at, capacity / drainMs) + 1 > capacity,
    );
    this.startedAt ??= at;
    const enforced = at >= this.startedAt + WARM_UP_DAYS * DAY;
    const refused: Answer = {
      ...PASS,
      decision: 'refuse',
      reason: 'unverified',
      range: full?.name,
      enforced,
    };
    if (full !== undefined && enforced) return Promise.resolve(refused);
    // A code that is sent again is one code.
    if (resend) return Promise.resolve({ ...PASS, enforced });
    for (const { name, capacity, drainMs } of limits) {
      this.buckets.set(name, { level: this.level(name, at, capacity / drainMs) + 1, at });
    }
    return Promise.resolve({ ...PASS, enforced, mark: at });
  }

  verified({ country, ip }: Send, _mark: number, at: number): Promise<void> {
    const days = this.verifiedByDay.get(country) ?? new Map<number, number>();
    const day = Math.floor(at / DAY);
    days.set(day, (days.get(day) ?? 0) + 1);
    this.verifiedByDay.set(country, days);
    return this.release({ country, ip }, _mark, at);
  }

  release({ country, ip }: Pick<Send, 'country' | 'ip'>, _mark: number, at: number): Promise<void> {
    for (const { name, capacity, drainMs } of this.limits(country, ip, at)) {
      this.buckets.set(name, { level: Math.max(0, this.level(name, at, capacity / drainMs) - 1), at });
    }
    return Promise.resolve();
  }

  fork(): Promise<Defence> {
    const copy = new UnverifiedBuckets();
    copy.startedAt = this.startedAt;
    for (const [name, bucket] of this.buckets) copy.buckets.set(name, { ...bucket });
    for (const [country, days] of this.verifiedByDay) copy.verifiedByDay.set(country, new Map(days));
    return Promise.resolve(copy);
  }

  private limits(country: string, ip: string, at: number) {
    const today = Math.floor(at / DAY);
    let verified = 0;
    for (const [day, count] of this.verifiedByDay.get(country) ?? []) {
      if (day < today && day >= today - HISTORY_DAYS) verified += count;
    }
    const seen = Math.floor(at / DAY) - Math.floor((this.startedAt ?? at) / DAY);
    const days = Math.max(1, Math.min(HISTORY_DAYS, seen));
    const daily = Math.max(COUNTRY_LEAST_DAILY, (COUNTRY_SHARE * verified) / days);
    return [
      { name: `${country} a day`, capacity: daily, drainMs: DAY },
      { name: `${country} an hour`, capacity: Math.max(5, daily / 6), drainMs: HOUR },
      { name: `${ip} a day`, capacity: IP_DAILY, drainMs: DAY },
      { name: `${ip} an hour`, capacity: IP_HOURLY, drainMs: HOUR },
    ];
  }

  private level(name: string, at: number, drain: number): number {
    const bucket = this.buckets.get(name);
    return bucket === undefined ? 0 : Math.max(0, bucket.level - (at - bucket.at) * drain);
  }
}
