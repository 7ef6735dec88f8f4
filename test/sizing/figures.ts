/** What people and gateways ask of the service. */
export const OPERATIONS = ['send', 'resend', 'wrongGuess', 'verify', 'redeem', 'report'] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * Where in a Cluster the keys of an operation lie. Those of phones and of limits for client addresses are spread over
 * all masters; the guard's share one hash slot, and so does the budget's one key.
 */
export const PLACES = ['phones', 'limits', 'guard', 'budget'] as const;
export type Place = (typeof PLACES)[number];

/** Microseconds for one operation. */
export interface RedisTime {
  /** Inside the scripts, as Redis counts it. */
  readonly scripts: number;
  /** Of the one thread that runs them: scripts, reading, parsing and answering. */
  readonly thread: number;
}

/** What is kept, each kind with a lifetime of its own. */
export const KEY_KINDS = ['record', 'message', 'known', 'level', 'limit'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface StoredKey {
  /** Of memory, its place in the tables included. */
  readonly bytes: number;
  /** How long Redis keeps it after the operation that wrote it last. */
  readonly seconds: number;
}

/** The requests whose processor time is measured. */
export const APPLICATION_REQUESTS = ['send', 'wrongGuess', 'verify', 'redeem'] as const;
export type ApplicationRequest = (typeof APPLICATION_REQUESTS)[number];

/** What the sizing is computed from: docs/measured.json, which test/bench/per-operation measures. */
export interface Figures {
  readonly measuredOn: string;
  readonly redis: Readonly<Record<Operation, Readonly<Record<Place, RedisTime>>>>;
  /** Microseconds of processor time of the application for one request. */
  readonly application: Readonly<Record<ApplicationRequest, number>>;
  /** That one process of the application keeps open to one Redis server. */
  readonly connections: number;
  readonly keys: Readonly<Record<KeyKind, StoredKey>>;
}
