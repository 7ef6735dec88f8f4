import { getMetadataStorage } from 'class-validator';
import { Environment } from '../../apps/api/src/config/environment';

/** The names of all variables that the application knows, as its own validation has them. */
export function environmentVariables(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Environment, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
}
