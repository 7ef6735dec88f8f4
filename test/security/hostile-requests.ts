import { HOSTILE_BODIES } from './hostile-bodies';
import { HOSTILE_HTTP } from './hostile-http';
import { HOSTILE_MEMBERS } from './hostile-members';
import { HOSTILE_TEXTS } from './hostile-texts';
import { HOSTILE_VALUES } from './hostile-values';
import type { HostileRequest } from './hostile-request';

/**
 * Every hostile request of the table, each one step away from a request that would succeed at that moment: the
 * right code, an unspent proof, a send that no limit holds. An application that overlooked the one wrong thing
 * would therefore change its state, and the test would see it.
 */
export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  ...HOSTILE_MEMBERS,
  ...HOSTILE_VALUES,
  ...HOSTILE_BODIES,
  ...HOSTILE_TEXTS,
  ...HOSTILE_HTTP,
];
