import { createRequire } from 'node:module';

/** A gateway is configured whose optional package is not installed, or does not load. */
export class SdkMissingError extends Error {
  constructor(
    /** What to install. */
    readonly packageName: string,
    options?: ErrorOptions,
  ) {
    super(`a configured gateway needs the package ${packageName}: npm install ${packageName}`, options);
    this.name = SdkMissingError.name;
  }
}

const load = createRequire(__filename);

/**
 * Loads a provider's SDK when the gateway that needs it is made, not before: without the package everything works
 * as long as that gateway is not configured, and the start does not pay for what it does not use.
 *
 * What comes back is for the gateway to cast to its own description of what it uses. The typings that the
 * packages ship do not compile here (one needs types it does not bring, one mixes module systems), would triple
 * the time of a type check, and would have to be installed for a build that uses none of them.
 *
 * @throws SdkMissingError when the package does not load
 */
export function loadSdk(packageName: string): unknown {
  try {
    return load(packageName);
  } catch (error) {
    throw new SdkMissingError(packageName, { cause: error });
  }
}
