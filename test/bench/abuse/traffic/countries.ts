import type { Random } from './random';

/** A country of the model. Shares, prices and conversions are a modelling table, and nobody's price list. */
export interface Country {
  readonly iso: string;
  readonly callingCode: string;
  readonly nationalLength: number;
  readonly mobilePrefixes: readonly string[];
  readonly utcOffset: number;
  readonly priceUsd: number;
  /** Of first-timers: the share that types the code. */
  readonly conversion: number;
  /** Of all honest sends. */
  readonly share: number;
}

type Row = readonly [string, string, number, string, number, number, number, number];

// iso, calling code, national length, mobile prefixes, UTC offset, USD a message, conversion, weight
const ROWS: readonly Row[] = [
  ['FR', '33', 9, '60 61 62 63 64 65 66 67 68 69 70 75 76 77 78', 1, 0.075, 0.84, 240],
  ['DE', '49', 11, '151 152 155 157 159 160 162 163 170 171 172 173 174 175 176', 1, 0.09, 0.83, 130],
  ['GB', '44', 10, '740 741 742 743 744 745 746 747 748 750 751 752 753 754', 0, 0.05, 0.82, 110],
  ['US', '1', 10, '212 310 312 404 415 512 602 617 646 702 713 786 917 949', -6, 0.008, 0.8, 90],
  ['ES', '34', 9, '60 61 62 63 64 65 66 67 68 69', 1, 0.07, 0.82, 70],
  ['IT', '39', 10, '320 328 330 333 335 338 340 347 349 350 366 380 388 392', 1, 0.08, 0.81, 60],
  ['NL', '31', 9, '61 62 63 64 65 68', 1, 0.1, 0.85, 40],
  ['BE', '32', 9, '46 47 48 49', 1, 0.1, 0.84, 36],
  ['PL', '48', 9, '50 51 53 57 60 66 69 72 78 79 88', 1, 0.04, 0.8, 32],
  ['PT', '351', 9, '91 92 93 96', 0, 0.05, 0.82, 28],
  ['CH', '41', 9, '75 76 77 78 79', 1, 0.07, 0.85, 26],
  ['AT', '43', 10, '650 660 664 676 680 699', 1, 0.09, 0.84, 22],
  ['SE', '46', 9, '70 72 73 76 79', 1, 0.06, 0.85, 20],
  ['IN', '91', 10, '700 730 760 787 810 830 870 900 940 960 981 991', 5.5, 0.06, 0.72, 20],
  ['BR', '55', 11, '119 219 319 419 519 619 719 819', -3, 0.03, 0.74, 19],
  ['MA', '212', 9, '60 61 62 63 64 65 66 67 70 77', 1, 0.11, 0.7, 18],
  ['TR', '90', 10, '501 505 530 532 533 535 541 542 544 551 553', 3, 0.03, 0.77, 17],
  ['MX', '52', 10, '551 552 331 811 222 664 998', -6, 0.05, 0.74, 15],
  ['CA', '1', 10, '416 437 438 514 604 613 647 780', -5, 0.008, 0.81, 14],
  ['RO', '40', 9, '72 73 74 75 76 77', 2, 0.06, 0.79, 13],
  ['DK', '45', 8, '20 22 26 28 30 40 50 60 61', 1, 0.05, 0.84, 12],
  ['NO', '47', 8, '40 41 45 46 47 48 90 91 92 93 95 97 98 99', 1, 0.07, 0.85, 12],
  ['FI', '358', 9, '40 41 44 45 46 50', 2, 0.08, 0.84, 11],
  ['CZ', '420', 9, '60 70 72 73 77 79', 1, 0.07, 0.82, 11],
  ['GR', '30', 10, '690 693 694 695 697 698', 2, 0.06, 0.8, 10],
  ['IE', '353', 9, '83 85 86 87 89', 0, 0.08, 0.83, 10],
  ['HU', '36', 9, '20 30 31 50 70', 1, 0.08, 0.81, 9],
  ['DZ', '213', 9, '54 55 56 65 66 67 77 79', 1, 0.22, 0.66, 8],
  ['TN', '216', 8, '20 22 24 26 50 52 54 90 92 97 98', 1, 0.2, 0.68, 8],
  ['SN', '221', 9, '70 76 77 78', 0, 0.16, 0.68, 7],
  ['CI', '225', 10, '010 050 070', 0, 0.17, 0.67, 7],
  ['ZA', '27', 9, '60 61 71 72 73 74 76 78 79 82 83 84', 2, 0.04, 0.75, 7],
  ['PH', '63', 10, '905 906 915 917 918 920 926 935 945 995', 8, 0.12, 0.7, 6],
  ['ID', '62', 11, '811 812 813 815 816 817 818 819 821 822 852 853 857 878', 7, 0.3, 0.68, 6],
  ['VN', '84', 9, '32 33 34 35 36 37 38 39 70 76 77 78 79 86 90 91 93 97 98', 7, 0.12, 0.7, 5],
  ['PK', '92', 10, '300 301 302 303 304 305 306 310 311 312 313 321 331 333 345', 5, 0.22, 0.64, 5],
  ['BD', '880', 10, '130 140 150 160 170 171 180 190 191', 6, 0.25, 0.64, 4],
  ['NG', '234', 10, '703 706 802 803 805 806 807 810 813 816 902 903', 1, 0.14, 0.66, 4],
  ['KE', '254', 9, '70 71 72 74 75 79', 3, 0.13, 0.69, 4],
  ['EG', '20', 10, '100 101 106 109 110 111 112 114 120 122 127 128', 2, 0.18, 0.66, 4],
  ['UA', '380', 9, '50 63 66 67 68 73 93 95 96 97 98 99', 2, 0.1, 0.76, 3],
  ['UZ', '998', 9, '90 91 93 94 95 97 99', 5, 0.24, 0.66, 2],
  ['TJ', '992', 9, '90 91 92 93 98', 5, 0.28, 0.64, 1],
  ['AZ', '994', 9, '50 51 55 70 77', 4, 0.26, 0.68, 1],
  ['LK', '94', 9, '70 71 72 74 75 76 77 78', 5.5, 0.24, 0.68, 1],
];

const WEIGHT = ROWS.reduce((sum, row) => sum + row[7], 0);

export const COUNTRIES: readonly Country[] = ROWS.map(
  ([iso, callingCode, nationalLength, prefixes, utcOffset, priceUsd, conversion, weight]) => ({
    iso,
    callingCode,
    nationalLength,
    mobilePrefixes: prefixes.split(' '),
    utcOffset,
    priceUsd,
    conversion,
    share: weight / WEIGHT,
  }),
);

export function countryOf(iso: string): Country {
  const found = COUNTRIES.find((country) => country.iso === iso);
  if (found === undefined) throw new RangeError(`the model has no country ${iso}`);
  return found;
}

/** A number of the country, of the given mobile prefix where one is given. */
export function phoneIn(country: Country, random: Random, prefix?: string): string {
  const start = prefix ?? random.pick(country.mobilePrefixes);
  return `+${country.callingCode}${start}${random.digits(country.nationalLength - start.length)}`;
}

export function ipOf(random: Random): string {
  return Array.from({ length: 4 }, () => String(random.integer(1, 255))).join('.');
}
