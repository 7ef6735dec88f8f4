import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AbuseSettings } from './abuse-settings';
import { EnvironmentError } from './environment';
import { readSettings } from './settings';

describe('the defence of sending, as the environment sets it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sms-verification-prices-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A file of prices with this text, or with this value as JSON. */
  function pricesFile(content: unknown): string {
    const path = join(folder, 'prices.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }
  const abuseOf = (source: NodeJS.ProcessEnv): AbuseSettings => readSettings(source).abuse;
  function problemsOf(source: NodeJS.ProcessEnv): readonly string[] {
    try {
      readSettings(source);
    } catch (error) {
      if (error instanceof EnvironmentError) return error.problems;
      throw error;
    }
    return [];
  }

  it('has what the environment says, money in millionths of a dollar', () => {
    const path = pricesFile({ US: 0.0079, FR: 0.0798, ZZ: 2, default: 0.1 });

    expect(
      abuseOf({
        SMS_ABUSE_MODE: 'record',
        SMS_ABUSE_WARM_UP_DAYS: '0',
        SMS_REGIONS_DENY: 'LV, TJ',
        SMS_PRICES: path,
        SMS_BUDGET_USD_DAY: '49.99',
        SMS_BUDGET_USD_DAY_FR: '10',
        SMS_BUDGET_USD_DAY_ZZ: '0',
        SMS_CHALLENGE: 'turnstile',
        TURNSTILE_SITE_KEY: 'the-site-key',
        TURNSTILE_SECRET: 'the-secret-key',
        HCAPTCHA_SECRET: 'of-another',
      }),
    ).toEqual({
      mode: 'record',
      warmUpDays: 0,
      regions: { deny: ['LV', 'TJ'] },
      prices: {
        byCountry: new Map([
          ['US', 7_900],
          ['FR', 79_800],
          ['ZZ', 2_000_000],
        ]),
        defaultMicros: 100_000,
      },
      budgets: {
        overallMicros: 49_990_000,
        byCountry: new Map([
          ['FR', 10_000_000],
          ['ZZ', 0],
        ]),
      },
      challenge: { kind: 'turnstile', siteKey: 'the-site-key', secret: 'the-secret-key' },
    });
  });

  it('allows countries by name', () => {
    expect(abuseOf({ SMS_REGIONS_ALLOW: 'US,CA,ZZ' }).regions).toEqual({ allow: ['US', 'CA', 'ZZ'] });
  });

  it('takes the account of the challenge that is chosen, and of no other', () => {
    const accounts = {
      TURNSTILE_SITE_KEY: 'turnstile-site',
      TURNSTILE_SECRET: 'turnstile-secret',
      HCAPTCHA_SITE_KEY: 'hcaptcha-site',
      HCAPTCHA_SECRET: 'hcaptcha-secret',
    };

    expect(abuseOf({ ...accounts, SMS_CHALLENGE: 'hcaptcha' }).challenge).toEqual({
      kind: 'hcaptcha',
      siteKey: 'hcaptcha-site',
      secret: 'hcaptcha-secret',
    });
    for (const kind of ['none', 'altcha']) {
      expect(abuseOf({ ...accounts, SMS_CHALLENGE: kind }).challenge).toEqual({
        kind,
        siteKey: undefined,
        secret: undefined,
      });
    }
  });

  it('asks for both keys of the challenge that is chosen', () => {
    expect(problemsOf({ SMS_CHALLENGE: 'turnstile' })).toEqual([
      'TURNSTILE_SITE_KEY must be set, because SMS_CHALLENGE is turnstile',
      'TURNSTILE_SECRET must be set, because SMS_CHALLENGE is turnstile',
    ]);
    expect(problemsOf({ SMS_CHALLENGE: 'hcaptcha', HCAPTCHA_SITE_KEY: 'key' })).toEqual([
      'HCAPTCHA_SECRET must be set, because SMS_CHALLENGE is hcaptcha',
    ]);
  });

  it.each([
    'SMS_BUDGET_USD_DAY_XX',
    'SMS_BUDGET_USD_DAY_us',
    'SMS_BUDGET_USD_DAY_',
    'SMS_BUDGET_USD_DAY_USA',
  ])('refuses %s, which would be ignored silently', (name) => {
    expect(problemsOf({ [name]: '10' })).toEqual([`${name} is not a setting of this application`]);
  });

  describe('prices', () => {
    it.each([
      // These two come out above a whole number when they are multiplied.
      [0.0079, 7_900],
      [1.001003, 1_001_003],
      [0.0581, 58_100],
      [0.0000001, 1],
      [0.07980001, 79_801],
      [0, 0],
      [100, 100_000_000],
    ])('are rounded up to millionths: %d is %d', (price, micros) => {
      const { prices } = abuseOf({ SMS_PRICES: pricesFile({ US: price, default: 1 }) });

      expect(prices?.byCountry.get('US')).toBe(micros);
    });

    it('may be one for all countries', () => {
      expect(abuseOf({ SMS_PRICES: pricesFile({ default: 0.1 }) }).prices).toEqual({
        byCountry: new Map(),
        defaultMicros: 100_000,
      });
    });

    const PRICE = 'a price in USD from 0 to 100';
    it.each([
      [{ US: '0.0079', default: 0.1 }, `US must be ${PRICE}`],
      [{ US: -0.1, default: 0.1 }, `US must be ${PRICE}`],
      [{ US: 100.1, default: 0.1 }, `US must be ${PRICE}`],
      [{ US: null, default: 0.1 }, `US must be ${PRICE}`],
      ['{ "US": 1e999, "default": 0.1 }', `US must be ${PRICE}`],
      [{ US: 0.0079 }, `default must be ${PRICE}, for every country that is not named`],
      [{}, `default must be ${PRICE}, for every country that is not named`],
      [{ default: null }, `default must be ${PRICE}`],
      [{ UK: 0.04, default: 0.1 }, '"UK" must be a country such as US, or default'],
      [{ fr: 0.04, default: 0.1 }, '"fr" must be a country such as US, or default'],
      ['{ "__proto__": 0.04, "default": 0.1 }', '"__proto__" must be a country such as US, or default'],
    ])('are refused with the file and the name: %j', (content, problem) => {
      const path = pricesFile(content);

      expect(problemsOf({ SMS_PRICES: path })).toEqual([`SMS_PRICES names ${path}: ${problem}`]);
    });

    it.each([
      '',
      'US=0.0079',
      '[]',
      'null',
      '0.1',
      '{ "default": 0.1, }',
      '{ "default": 0.1 } // USD',
      '{ "US": 0.0079, "US": 0.1, "default": 0.1 }',
    ])('are refused when they are no JSON object, or name a country twice: %s', (text) => {
      const path = pricesFile(text);

      expect(problemsOf({ SMS_PRICES: path })).toEqual([
        `SMS_PRICES names ${path}: must be a JSON object such as { "US": 0.0079, "default": 0.1 }, with no name twice`,
      ]);
    });

    it('are refused with everything that is wrong with them, and with the rest, at once', () => {
      const path = pricesFile({ US: true, UK: 1 });

      expect(problemsOf({ SMS_PRICES: path, SMS_CHALLENGE: 'hcaptcha', SMS_STORE: 'redis' })).toHaveLength(6);
    });
  });
});
