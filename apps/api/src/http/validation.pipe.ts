import { Injectable, ValidationPipe, type ValidationError } from '@nestjs/common';
import { InvalidRequestError, type FieldError } from '@app/sms-verification';

/** Accepts bodies that have the members the route knows and no others; names every member that is wrong. */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
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
}

function toFieldError({ property, constraints = {} }: ValidationError): FieldError {
  const unknownMember = constraints['whitelistValidation'] !== undefined;
  const message = unknownMember
    ? 'is not a member of this request'
    : (Object.values(constraints)[0] ?? 'is not valid');
  return { field: property, message };
}
