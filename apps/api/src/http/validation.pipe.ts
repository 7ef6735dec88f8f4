import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { InvalidRequestError, type FieldError } from '@app/sms-verification';
import { TextRules, type BodyClass } from './text-rules';

/** Accepts bodies that have the members the route knows and no others; names every member that is wrong. */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
  private readonly textRules = new Map<BodyClass, TextRules | undefined>();

  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidRequestError(errors.map(toFieldError)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype } = metadata;
    if (metadata.type === 'body' && metatype !== undefined && this.toValidate(metadata)) {
      const accepted = this.textRulesOf(metatype as BodyClass)?.accept(value);
      if (accepted !== undefined) return accepted;
      const errors = [...unseenErrors(value, metatype)];
      if (errors.length > 0) throw new InvalidRequestError(errors);
    }
    return super.transform(value, metadata);
  }

  private textRulesOf(metatype: BodyClass): TextRules | undefined {
    if (!this.textRules.has(metatype)) this.textRules.set(metatype, TextRules.of(metatype));
    return this.textRules.get(metatype);
  }
}

/**
 * What the transformation to a class would hide from its rules: a body that is no object becomes an empty one,
 * members named like a method or like `constructor` are dropped, and `null` counts as left out. A body that is
 * missing altogether goes on, to be told which members it lacks.
 */
function* unseenErrors(body: unknown, route: ArgumentMetadata['metatype']): Generator<FieldError> {
  if (body === undefined) return;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    yield { field: '', message: 'must be a JSON object' };
    return;
  }
  const hidden = (name: string): boolean => name === 'prototype' || name in (route?.prototype ?? {});
  for (const [field, value] of Object.entries(body)) {
    if (hidden(field)) yield { field, message: 'is not a member of this request' };
    else if (value === null) yield { field, message: 'must not be null: leave it out, or give it a value' };
  }
}

function toFieldError({ property, constraints = {} }: ValidationError): FieldError {
  const unknownMember = constraints['whitelistValidation'] !== undefined;
  const message = unknownMember
    ? 'is not a member of this request'
    : (Object.values(constraints)[0] ?? 'is not valid');
  return { field: property, message };
}
