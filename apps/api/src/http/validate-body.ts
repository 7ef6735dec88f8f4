import { InvalidRequestError, type FieldError } from '@app/sms-verification';
import { validate, type ValidationError } from 'class-validator';

/** The class of a body. */
export type BodyClass = new () => object;

/**
 * The body as an instance of its class, which has the members that the class knows and no others.
 *
 * @throws InvalidRequestError naming every member that is wrong
 */
export async function validateBody(body: unknown, metatype: BodyClass): Promise<object> {
  const unassignable = [...unassignableMembers(body, metatype)];
  if (unassignable.length > 0) throw new InvalidRequestError(unassignable);
  const instance = Object.assign(new metatype(), body);
  const errors = await validate(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0) throw new InvalidRequestError(errors.map(toFieldError));
  return instance;
}

/**
 * What the rules of a class cannot judge, and what must not be assigned to an instance: members named like a method,
 * or like a member of every object, would take its place; a body that is no object has none; and `null` would count as
 * left out. A body that is missing altogether goes on, to be told which members it lacks.
 */
function* unassignableMembers(body: unknown, { prototype }: BodyClass): Generator<FieldError> {
  if (body === undefined) return;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    yield { field: '', message: 'must be a JSON object' };
    return;
  }
  for (const [field, value] of Object.entries(body)) {
    if (field in prototype) yield { field, message: 'is not a member of this request' };
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
