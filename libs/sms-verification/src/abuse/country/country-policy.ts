import { isCountry, NO_COUNTRY } from '../../phone/phone-number';

export interface CountryPolicyOptions {
  /** ISO 3166-1 alpha-2; messages go to these alone. `ZZ` stands for numbers of no country, such as of satellites. */
  readonly allow?: readonly string[] | undefined;
  /** Messages go to every other country; never beside `allow`. */
  readonly deny?: readonly string[] | undefined;
}

/** Lists that cannot be used; the message names what is wrong with each. */
export class CountryPolicyError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The countries that messages go to are not valid:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = CountryPolicyError.name;
  }
}

/**
 * Where messages may go at all. Numbers of no country get none unless `allow` names `ZZ`: nobody knows what a message
 * to a satellite costs.
 */
export class CountryPolicy {
  private readonly allowed: ReadonlySet<string> | undefined;
  private readonly denied: ReadonlySet<string>;

  /** @throws CountryPolicyError */
  constructor({ allow, deny }: CountryPolicyOptions = {}) {
    const problems = [...problemsOf({ allow, deny })];
    if (problems.length > 0) throw new CountryPolicyError(problems);
    this.allowed = allow && new Set(allow);
    this.denied = new Set([...(deny ?? []), NO_COUNTRY]);
  }

  /** @param country as PhoneNumber tells it */
  allows(country: string): boolean {
    return this.allowed?.has(country) ?? !this.denied.has(country);
  }
}

function* problemsOf({ allow, deny }: CountryPolicyOptions): Generator<string> {
  if (allow !== undefined && deny !== undefined) yield 'allow and deny exclude each other';
  if (allow?.length === 0) yield 'allow must name a country';
  for (const [list, countries = []] of Object.entries({ allow, deny })) {
    for (const country of countries) {
      if (!isCountry(country) && country !== NO_COUNTRY) {
        yield `${list} must name countries such as US, or ${NO_COUNTRY} for none, not ${JSON.stringify(country)}`;
      }
    }
  }
}
