import { createRequire } from 'node:module';
import type * as api from '@opentelemetry/api';

/** Where every copy of the API finds what was registered with any other; not there as long as nothing was. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

const load = createRequire(__filename);
let found: { readonly api: typeof api | undefined } | undefined;

/**
 * The OpenTelemetry API, once the application has registered something with it, as every SDK does; undefined before.
 * Who traces nothing need not install it, does not load it, and pays for no span that nobody keeps.
 */
export function openTelemetry(): typeof api | undefined {
  if (found === undefined && REGISTERED in globalThis) found = { api: ifInstalled() };
  return found?.api;
}

/** Undefined where another part has brought an API along that cannot be loaded from here: no reason not to send. */
function ifInstalled(): typeof api | undefined {
  try {
    return load('@opentelemetry/api') as typeof api;
  } catch {
    return undefined;
  }
}
