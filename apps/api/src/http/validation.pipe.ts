import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { TextRules } from './text-rules';
import { validateBody, type BodyClass } from './validate-body';

/** The types of arguments that TypeScript tells of and that are no classes of bodies. */
const PLAIN_TYPES: readonly unknown[] = [String, Boolean, Number, Array, Object, Buffer, Date];

/**
 * Accepts bodies that have the members the route knows and no others; names every member that is wrong. So, too, for a
 * query or parameters that a route takes as a class. What decorators of our own return is not of the client's making.
 */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  private readonly textRules = new Map<BodyClass, TextRules | undefined>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || !isBodyClass(metatype)) return value;
    return this.textRulesOf(metatype)?.accept(value) ?? validateBody(value, metatype);
  }

  private textRulesOf(metatype: BodyClass): TextRules | undefined {
    if (!this.textRules.has(metatype)) this.textRules.set(metatype, TextRules.of(metatype));
    return this.textRules.get(metatype);
  }
}

function isBodyClass(metatype: ArgumentMetadata['metatype']): metatype is BodyClass {
  return metatype !== undefined && !PLAIN_TYPES.includes(metatype);
}
