import type { Assumptions } from './assumptions';
import { GIBIBYTE } from './sizing';
import type { Figures, RedisTime } from './figures';

const NONE: RedisTime = { scripts: 0, thread: 0 };
const takes = (thread: number): RedisTime => ({ scripts: thread, thread });

/** Round figures, so that a test can say what must follow from them: nothing but a send costs anything. */
export const FIGURES: Figures = {
  measuredOn: 'paper',
  redis: {
    send: { phones: takes(70), limits: takes(10), guard: takes(15), budget: takes(5) },
    resend: { phones: NONE, limits: NONE, guard: NONE, budget: NONE },
    wrongGuess: { phones: NONE, limits: NONE, guard: NONE, budget: NONE },
    verify: { phones: NONE, limits: NONE, guard: NONE, budget: NONE },
    redeem: { phones: NONE, limits: NONE, guard: NONE, budget: NONE },
    report: { phones: NONE, limits: NONE, guard: NONE, budget: NONE },
  },
  application: { send: 1_000, wrongGuess: 0, verify: 0, redeem: 0 },
  connections: 1,
  keys: {
    record: { bytes: 100, seconds: 1_000 },
    message: { bytes: 0, seconds: 0 },
    known: { bytes: 0, seconds: 0 },
    level: { bytes: 0, seconds: 0 },
    limit: { bytes: 0, seconds: 0 },
  },
};

export const ASSUMED: Assumptions = {
  loads: [10, 10_000],
  resends: 0,
  wrongGuesses: 0,
  verifies: 0,
  reports: 0,
  meanOfPeak: 0.5,
  verifiesOfANumber: 1,
  ranges: 0,
  fill: 0.5,
  gibibytesOfMaster: 1_000_000_000 / GIBIBYTE,
  replicas: 1,
  maxClients: 1_000,
  fewestProcesses: 1,
  gatewaySeconds: 0.1,
  gatewayRoom: 1_000,
  messagePrice: 0.01,
  machineHourPrice: 0.1,
};
