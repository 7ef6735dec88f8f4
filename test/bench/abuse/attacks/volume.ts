import { COUNTRIES, countryOf, phoneIn, type Country } from '../traffic/countries';
import type { Random } from '../traffic/random';
import { HOUR } from '../traffic/session';
import { fraudSend, type Attack } from './attack';

/** Countries where messages are dear: an attacker earns nothing in the others. */
const DEAR = COUNTRIES.filter(({ priceUsd }) => priceUsd >= 0.1);
const DEAREST = ['PK', 'BD', 'ID', 'TJ', 'UZ', 'AZ', 'LK', 'DZ', 'TN', 'EG'].map(countryOf);

function randomNumbers(
  countries: readonly Country[],
  count: number,
  durationMs: number,
  start: number,
  random: Random,
) {
  return Array.from({ length: count }, () => {
    const country = random.pick(countries);
    return fraudSend(start + random.between(0, durationMs), phoneIn(country, random), country, random);
  });
}

export const VOLUME: readonly Attack[] = [
  {
    name: '8 k random numbers of one country in 12 h',
    kind: 'volume',
    days: 1,
    oneCountry: true,
    sends: (start, random) => randomNumbers([random.pick(DEAREST)], 8_000, 12 * HOUR, start, random),
  },
  {
    name: '5 k adjacent numbers in 6 h',
    kind: 'volume',
    days: 1,
    oneCountry: true,
    sends: (start, random) => {
      const country = random.pick(DEAREST);
      const first = Number(phoneIn(country, random).slice(1, -4)) * 10_000 + random.integer(0, 5_000);
      return Array.from({ length: 5_000 }, (_, index) =>
        fraudSend(start + (index * 6 * HOUR) / 5_000, `+${String(first + index)}`, country, random),
      );
    },
  },
  {
    name: '50 k over 20 countries in 24 h',
    kind: 'volume',
    days: 1,
    oneCountry: false,
    dear: true,
    sends: (start, random) => {
      const countries = [...random.sample(DEAR, 15), ...random.sample(COUNTRIES.slice(0, 9), 5)];
      return randomNumbers(countries, 50_000, 24 * HOUR, start, random);
    },
  },
  {
    name: '200 k over 30 countries in 24 h',
    kind: 'volume',
    days: 1,
    oneCountry: false,
    dear: true,
    sends: (start, random) => randomNumbers(random.sample(COUNTRIES, 30), 200_000, 24 * HOUR, start, random),
  },
];
