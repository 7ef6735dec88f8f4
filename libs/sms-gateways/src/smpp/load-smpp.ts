import { createRequire } from 'node:module';
import type * as Smpp from 'smpp';

const load = createRequire(__filename);

/** Loads the optional package smpp when an SMPP gateway is made, not before: others need not install it. */
export function loadSmpp(): typeof Smpp {
  try {
    return load('smpp') as typeof Smpp;
  } catch (error) {
    throw new Error('the smpp gateway needs the package smpp: run "npm install smpp"', { cause: error });
  }
}
