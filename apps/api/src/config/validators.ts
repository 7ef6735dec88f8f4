import { ValidateBy } from 'class-validator';

/** A setting that is checked by a predicate over its text; the message says what it must be. */
export function MustBe(description: string, accepts: (text: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name: 'mustBe',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && accepts(value),
      defaultMessage: () => `must be ${description}`,
    },
  });
}

/** The name of the rule by which a setting is a whole number. */
export const WHOLE_NUMBER = 'wholeNumber';

/** A setting that is a whole number. */
export function WholeNumber([low, high]: readonly [number, number]): PropertyDecorator {
  return ValidateBy({
    name: WHOLE_NUMBER,
    validator: {
      validate: (value: unknown) =>
        Number.isSafeInteger(value) && Number(value) >= low && Number(value) <= high,
      defaultMessage: () => `must be a whole number from ${String(low)} to ${String(high)}`,
    },
  });
}
