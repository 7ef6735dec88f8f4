/**
 * What a storage that replicates does about a failover, after which the newest writes may be missing (rule R19).
 *
 * - `fence`: what was issued under a lost mastership is gone, so that no code and no proof is accepted twice. Codes in
 *   flight at a failover have to be sent again.
 * - `wait`: the writes that matter wait, for a bounded time, until a replica has them, so that codes survive most
 *   failovers. Best effort: one that a failover overtakes all the same may be accepted twice.
 * - `none`: neither.
 */
export const DURABILITIES = ['fence', 'wait', 'none'] as const;
export type Durability = (typeof DURABILITIES)[number];
