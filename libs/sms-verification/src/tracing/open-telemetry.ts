import { createRequire } from 'node:module';
import type * as api from '@opentelemetry/api';

/** Where every copy of the API finds what was registered with any other; not there as long as nothing was. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

const load = createRequire(__filename);
let loaded: typeof api | undefined;

/**
 * The OpenTelemetry API, once the application has registered something with it, as every SDK does; undefined before.
 * Who traces nothing neither loads it nor pays for a span that nobody keeps.
 */
export function openTelemetry(): typeof api | undefined {
  if (loaded === undefined && REGISTERED in globalThis) loaded = load('@opentelemetry/api') as typeof api;
  return loaded;
}
