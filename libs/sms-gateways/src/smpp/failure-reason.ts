import { isNativeError } from 'node:util/types';

/**
 * What may be logged of a failure: the code that the system or TLS gives it, such as ECONNREFUSED, or our own
 * words. Other messages may quote what was on the wire.
 */
export function failureReason(error: unknown): string {
  if (!isNativeError(error)) return 'an unknown failure';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message;
}
