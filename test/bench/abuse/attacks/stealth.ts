import { COUNTRIES, countryOf, phoneIn } from '../traffic/countries';
import { DAY, HOUR } from '../traffic/session';
import { fraudSend, type Attack } from './attack';

export const STEALTH: readonly Attack[] = [
  {
    name: '2.2 k inside one operator of the home country in 12 h',
    kind: 'stealth',
    days: 1,
    oneCountry: true,
    sends: (start, random) => {
      const home = countryOf('FR');
      const prefix = random.pick(home.mobilePrefixes);
      return Array.from({ length: 2_200 }, () =>
        fraudSend(start + random.between(0, 12 * HOUR), phoneIn(home, random, prefix), home, random),
      );
    },
  },
  {
    name: '8 k in one country in 24 h, 30 % verified by the attacker',
    kind: 'stealth',
    days: 1,
    oneCountry: true,
    sends: (start, random) => {
      const country = random.pick(COUNTRIES.slice(27));
      return Array.from({ length: 8_000 }, () =>
        fraudSend(start + random.between(0, DAY), phoneIn(country, random), country, random, 0.3),
      );
    },
  },
  {
    name: '20 an hour in each of five countries for 3 days',
    kind: 'stealth',
    days: 3,
    oneCountry: false,
    sends: (start, random) =>
      random
        .sample(COUNTRIES.slice(13), 5)
        .flatMap((country) =>
          Array.from({ length: 20 * 72 }, () =>
            fraudSend(start + random.between(0, 3 * DAY), phoneIn(country, random), country, random),
          ),
        ),
  },
];
