import { COUNTRIES, ipOf, phoneIn, type Country } from './countries';
import { Random } from './random';
import { DAY, EPOCH, HOUR, MINUTE, type Session } from './session';
import { Weather } from './weather';

const SENDS_A_DAY = 20_000;
/** Half of those who ask for a code have verified here before, and are signing in. */
const RETURNING = 0.5;
const RETURNING_CONVERSION = 0.93;
const SLOW = 0.08;
const VERIFIES_AFTER_RESEND = 0.07;
/** Of people who are asked to, so many take a challenge; the aim of the design counts on this share. */
const TAKES_CHALLENGES = 0.9;
const RETRIES = 0.3;

/** The honest traffic of one deployment, day by day. */
export class HonestTraffic {
  private readonly weather: Weather;

  constructor(private readonly seed: string) {
    this.weather = new Weather(seed);
  }

  /** The sessions of one day, in order of time. */
  day(index: number): Session[] {
    const random = new Random(this.seed, 'day', index);
    const start = EPOCH + index * DAY;
    const weekend = index % 7 >= 5 ? 0.85 : 1.06;
    return COUNTRIES.flatMap((country) => {
      const busy = weekend * Math.exp(0.12 * random.normal());
      return Array.from({ length: random.poisson(SENDS_A_DAY * country.share * busy) }, () =>
        this.session(country, start + timeOfDay(country, random), random),
      );
    }).sort((first, second) => first.at - second.at);
  }

  private session(country: Country, at: number, random: Random): Session {
    const phone = phoneIn(country, random);
    const returning = random.chance(RETURNING);
    const weather = this.weather.at(at, country.iso, phone);
    const conversion = (returning ? RETURNING_CONVERSION : country.conversion) * weather.conversion;
    const verifies = random.chance(conversion);
    const needsResend = random.chance(verifies ? VERIFIES_AFTER_RESEND : 0.3);
    const pace = random.chance(SLOW) ? random.between(150, 420) * 1000 : random.lognormal(24_000, 0.6);
    return {
      at,
      phone,
      country: country.iso,
      ip: ipOf(random),
      fraud: false,
      returning,
      verifiesAfterMs: verifies ? Math.max(6_000, pace) + weather.delayMs : undefined,
      resendsAfterMs: needsResend ? random.between(60, 150) * 1000 : undefined,
      solvesAfterMs: random.chance(TAKES_CHALLENGES) ? random.between(2, 9) * 1000 : undefined,
      retriesAfterMs: random.chance(RETRIES) ? random.between(1, 10) * MINUTE : undefined,
    };
  }
}

/** Most people are awake in the day: rejection from a curve that peaks at 19 h local time. */
export function timeOfDay({ utcOffset }: Country, random: Random): number {
  for (;;) {
    const moment = random.between(0, DAY);
    const local = moment / HOUR + utcOffset;
    const busy = 1 + 0.85 * Math.cos(((local - 17) / 12) * Math.PI);
    if (random.chance(busy / 1.85)) return moment;
  }
}
