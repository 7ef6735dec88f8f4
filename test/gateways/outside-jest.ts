import type * as NodeModule from 'node:module';
import { runInThisContext } from 'node:vm';

/**
 * Loads a package as Node does, outside Jest's module system, for what that cannot carry on Node 20: packages that
 * require an ES module (Vonage's HTTP client), and packages that tell Node's errors by `instanceof Error` (AWS's
 * does, and Jest gives every test file an `Error` of its own).
 */
export function requireOutsideJest(packageName: string): unknown {
  const { createRequire } = runInThisContext('process.getBuiltinModule("node:module")') as typeof NodeModule;
  return createRequire(__filename)(packageName);
}
