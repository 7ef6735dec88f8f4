import { PhoneNumber } from '../../phone/phone-number';
import { CountryPolicy, CountryPolicyError, type CountryPolicyOptions } from './country-policy';

/** Of Iridium: a mobile number that belongs to no country. */
const SATELLITE = PhoneNumber.parse('+881612345678').country;

describe(CountryPolicy.name, () => {
  it('allows every country when it is told nothing', () => {
    const policy = new CountryPolicy();

    for (const country of ['US', 'FR', 'KP', 'AC']) expect(policy.allows(country)).toBe(true);
  });

  it('allows no country but those of its allow list', () => {
    const policy = new CountryPolicy({ allow: ['US', 'CA'] });

    expect(['US', 'CA'].map((country) => policy.allows(country))).toEqual([true, true]);
    expect(['BS', 'FR', ''].map((country) => policy.allows(country))).toEqual([false, false, false]);
  });

  it('allows every country but those of its deny list', () => {
    const policy = new CountryPolicy({ deny: ['LV', 'TJ'] });

    expect(['LV', 'TJ'].map((country) => policy.allows(country))).toEqual([false, false]);
    expect(policy.allows('EE')).toBe(true);
  });

  it('tells countries of one calling code apart', () => {
    const policy = new CountryPolicy({ allow: ['US'] });

    expect(policy.allows(PhoneNumber.parse('+14155550100').country)).toBe(true);
    expect(policy.allows(PhoneNumber.parse('+16135550100').country)).toBe(false);
    expect(policy.allows(PhoneNumber.parse('+18764101234').country)).toBe(false);
  });

  it.each<[string, CountryPolicyOptions, boolean]>([
    ['nothing', {}, false],
    ['an allow list without ZZ', { allow: ['US'] }, false],
    ['a deny list', { deny: ['US'] }, false],
    ['a deny list that names ZZ', { deny: ['ZZ'] }, false],
    ['an empty deny list', { deny: [] }, false],
    ['an allow list that names ZZ', { allow: ['US', 'ZZ'] }, true],
  ])('with %s, sends to satellites: %j', (_what, options, allowed) => {
    expect(new CountryPolicy(options).allows(SATELLITE)).toBe(allowed);
  });

  it.each<[CountryPolicyOptions, string]>([
    [{ allow: ['US'], deny: ['LV'] }, 'allow and deny exclude each other'],
    [{ allow: [] }, 'allow must name a country'],
    [{ allow: ['us'] }, 'allow must name countries such as US, or ZZ for none, not "us"'],
    [{ deny: ['USA'] }, 'deny must name countries such as US, or ZZ for none, not "USA"'],
    // Not in use: the United Kingdom is GB.
    [{ deny: ['UK'] }, 'deny must name countries such as US, or ZZ for none, not "UK"'],
    [{ allow: [' US'] }, 'allow must name countries such as US, or ZZ for none, not " US"'],
    [{ allow: ['constructor'] }, 'allow must name countries such as US, or ZZ for none, not "constructor"'],
  ])('refuses %j', (options, problem) => {
    let thrown: unknown;
    try {
      new CountryPolicy(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CountryPolicyError);
    expect((thrown as CountryPolicyError).problems).toEqual([problem]);
  });
});
