import { COUNTRIES, countryOf, phoneIn } from '../traffic/countries';
import { timeOfDay } from '../traffic/honest';
import { DAY, HOUR, MINUTE } from '../traffic/session';
import { fraudSend, type Attack } from './attack';

// No number of the guard was chosen with these in sight: they are run on reported seeds alone.

export const UNSEEN: readonly Attack[] = [
  {
    name: 'slow ramp: 2 to 100 an hour in one country over 5 days',
    kind: 'unseen',
    days: 5,
    oneCountry: true,
    sends: (start, random) => {
      const country = random.pick(COUNTRIES.slice(13, 40));
      return Array.from({ length: 120 }, (_, hour) => {
        const rate = 2 * 50 ** (hour / 119);
        return Array.from({ length: random.poisson(rate) }, () =>
          fraudSend(start + (hour + random.next()) * HOUR, phoneIn(country, random), country, random),
        );
      }).flat();
    },
  },
  {
    name: '12 k in 1,200 ranges of ten countries in 24 h, 10 % verified by the attacker',
    kind: 'unseen',
    days: 1,
    oneCountry: false,
    sends: (start, random) => {
      const ranges = random
        .sample(COUNTRIES.slice(5), 10)
        .flatMap((country) =>
          Array.from({ length: 120 }, () => ({ country, range: phoneIn(country, random).slice(0, -4) })),
        );
      return Array.from({ length: 12_000 }, () => {
        const { country, range } = random.pick(ranges);
        const phone = `${range}${random.digits(4)}`;
        return fraudSend(start + random.between(0, DAY), phone, country, random, 0.1);
      });
    },
  },
  {
    name: 'a reputation of 400 own verifications in 5 days, then 6 k in 12 h, in three ranges',
    kind: 'unseen',
    days: 6,
    oneCountry: true,
    dear: true,
    sends: (start, random) => {
      const country = random.pick(COUNTRIES.slice(27));
      const ranges = Array.from({ length: 3 }, () => phoneIn(country, random).slice(0, -4));
      const send = (at: number, ownVerified: number) =>
        fraudSend(at, `${random.pick(ranges)}${random.digits(4)}`, country, random, ownVerified);
      return [
        ...Array.from({ length: 420 }, () => send(start + random.between(0, 5 * DAY), 0.95)),
        ...Array.from({ length: 6_000 }, () => send(start + 5 * DAY + random.between(0, 12 * HOUR), 0)),
      ];
    },
  },
  {
    name: '1 k a day in the home country for 3 days, with the shape of its own day',
    kind: 'unseen',
    days: 3,
    oneCountry: true,
    sends: (start, random) => {
      const home = countryOf('FR');
      return Array.from({ length: 3_000 }, (_, index) =>
        fraudSend(start + (index % 3) * DAY + timeOfDay(home, random), phoneIn(home, random), home, random),
      );
    },
  },
  {
    name: 'bursts: 300 in ten minutes, each hour for 24 h, in another operator each time',
    kind: 'unseen',
    days: 1,
    oneCountry: true,
    sends: (start, random) => {
      const country = random.pick(COUNTRIES.slice(32));
      return Array.from({ length: 24 }, (_, hour) => {
        const prefix = random.pick(country.mobilePrefixes);
        return Array.from({ length: 300 }, () =>
          fraudSend(
            start + hour * HOUR + random.between(0, 10 * MINUTE),
            phoneIn(country, random, prefix),
            country,
            random,
          ),
        );
      }).flat();
    },
  },
];
