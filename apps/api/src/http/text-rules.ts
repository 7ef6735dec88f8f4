import { getMetadataStorage } from 'class-validator';
import type { BodyClass } from './validate-body';

interface Rule {
  readonly patterns: readonly RegExp[];
  readonly optional: boolean;
}

/**
 * The rules of a body whose members are all texts that match patterns, read from what class-validator was told. It
 * accepts what class-validator accepts, in a hundredth of the time; what it does not accept, class-validator is asked
 * to judge and to name. No rule is written here a second time.
 */
export class TextRules {
  private constructor(
    private readonly metatype: BodyClass,
    private readonly rules: ReadonlyMap<string, Rule>,
    private readonly required: number,
  ) {}

  /** `undefined` when the class has a rule of any other kind. */
  static of(metatype: BodyClass): TextRules | undefined {
    const patterns = new Map<string, RegExp[]>();
    const optional = new Set<string>();
    for (const rule of getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false)) {
      const { name, propertyName, each } = rule;
      const constraints: readonly unknown[] = rule.constraints;
      const [pattern, modifiers] = constraints;
      if (name === 'isOptional') optional.add(propertyName);
      else if (name !== 'matches' || each || !isStateless(pattern) || modifiers !== undefined)
        return undefined;
      else patterns.set(propertyName, [...(patterns.get(propertyName) ?? []), pattern]);
    }
    const rules = new Map<string, Rule>();
    for (const [name, own] of patterns) rules.set(name, { patterns: own, optional: optional.has(name) });
    const required = [...rules.values()].filter((rule) => !rule.optional).length;
    return required === 0 ? undefined : new TextRules(metatype, rules, required);
  }

  /** The body as an instance of its class; `undefined` when anything at all is to be said against it. */
  accept(body: unknown): object | undefined {
    if (typeof body !== 'object' || body === null || Object.getPrototypeOf(body) !== Object.prototype) {
      return undefined;
    }
    let missing = this.required;
    for (const [name, value] of Object.entries(body)) {
      const rule = this.rules.get(name);
      if (rule === undefined || typeof value !== 'string') return undefined;
      if (!rule.patterns.every((pattern) => pattern.test(value))) return undefined;
      if (!rule.optional) missing -= 1;
    }
    return missing === 0 ? Object.assign(new this.metatype(), body) : undefined;
  }
}

/** Whether a pattern says the same of the same text each time. */
function isStateless(pattern: unknown): pattern is RegExp {
  return pattern instanceof RegExp && !pattern.global && !pattern.sticky;
}
