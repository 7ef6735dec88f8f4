import { COUNTRIES, type Country } from './countries';
import { Random } from './random';
import { DAY, EPOCH, HOUR, MINUTE } from './session';

/** What goes wrong in a quiet week: no attack, and yet conversion dips. */
export interface Incident {
  readonly from: number;
  readonly to: number;
  readonly country: string;
  /** Of this mobile prefix alone, where one is set. */
  readonly prefix?: string | undefined;
  /** The conversion is multiplied by this. */
  readonly conversion: number;
  /** Codes arrive so much later. */
  readonly delayMs: number;
}

const WEEK = 7 * DAY;

/** The incidents of the week that a moment lies in: an outage, a slow carrier, and a country that has a bad day. */
export class Weather {
  private readonly weeks = new Map<number, readonly Incident[]>();

  constructor(private readonly seed: string) {}

  at(moment: number, country: string, phone: string): { conversion: number; delayMs: number } {
    const felt = this.week(Math.floor((moment - EPOCH) / WEEK)).filter(
      (incident) =>
        incident.country === country &&
        incident.from <= moment &&
        moment < incident.to &&
        (incident.prefix === undefined || phone.startsWith(incident.prefix)),
    );
    return {
      conversion: felt.reduce((product, { conversion }) => product * conversion, 1),
      delayMs: felt.reduce((sum, { delayMs }) => sum + delayMs, 0),
    };
  }

  private week(index: number): readonly Incident[] {
    const known = this.weeks.get(index);
    if (known !== undefined) return known;
    const random = new Random(this.seed, 'weather', index);
    const start = EPOCH + index * WEEK;
    const large = COUNTRIES.slice(0, 20);
    const prefixOf = (country: Country) => `+${country.callingCode}${random.pick(country.mobilePrefixes)}`;
    const [outage, slow, bad] = [random.pick(large), random.pick(large), random.pick(large)];
    const [outageAt, slowAt, badAt] = [0, 1, 2].map(() => start + random.between(0, WEEK - 8 * HOUR));
    const incidents: readonly Incident[] = [
      {
        from: outageAt ?? start,
        to: (outageAt ?? start) + random.between(45, 150) * MINUTE,
        country: outage.iso,
        prefix: prefixOf(outage),
        conversion: 0.15,
        delayMs: 0,
      },
      {
        from: slowAt ?? start,
        to: (slowAt ?? start) + random.between(30, 120) * MINUTE,
        country: slow.iso,
        prefix: prefixOf(slow),
        conversion: 1,
        delayMs: 4 * MINUTE,
      },
      {
        from: badAt ?? start,
        to: (badAt ?? start) + 6 * HOUR,
        country: bad.iso,
        conversion: 0.88,
        delayMs: 0,
      },
    ];
    this.weeks.set(index, incidents);
    return incidents;
  }
}
