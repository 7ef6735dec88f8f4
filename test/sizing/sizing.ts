import type { Assumptions } from './assumptions';
import { OPERATIONS, type Figures, type KeyKind, type Operation, type Place } from './figures';

const HOUR = 3_600;
export const GIBIBYTE = 2 ** 30;
const MICROS = 1e6;
/** Of a machine whose price is assumed. */
const MACHINE = { processors: 2, gibibytes: 8 };
const MONTH_HOURS = 730;

/** What a load needs. Times are shares of one thread or processor. */
export interface Sizing {
  readonly sends: number;
  readonly threads: Readonly<Record<Place, number>>;
  readonly bytes: Readonly<Record<KeyKind, number>>;
  readonly mastersByTime: number;
  readonly mastersByMemory: number;
  readonly masters: number;
  readonly processors: number;
  readonly processes: number;
  /** To one master. */
  readonly connections: number;
  /** US dollars a month. */
  readonly messages: number;
  readonly machines: number;
}

export function sizeFor(sends: number, figures: Figures, assumptions: Assumptions): Sizing {
  const { fill, fewestProcesses, gatewaySeconds, gatewayRoom, gibibytesOfMaster, replicas } = assumptions;
  const threads = threadsFor(sends, figures, assumptions);
  const bytes = bytesFor(sends, figures, assumptions);
  const mastersByTime = atLeastOne(total(threads) / fill);
  const mastersByMemory = atLeastOne(total(bytes) / (gibibytesOfMaster * GIBIBYTE * fill));
  const masters = Math.max(mastersByTime, mastersByMemory);
  const processors = processorsFor(sends, figures, assumptions);
  const handingOver = (sends * gatewaySeconds) / gatewayRoom;
  const processes = Math.max(fewestProcesses, atLeastOne(processors / fill), atLeastOne(handingOver / fill));
  // A master takes a processor at least, and all of them the memory that is planned.
  const forMasters = Math.max(
    masters / MACHINE.processors,
    total(bytes) / fill / GIBIBYTE / MACHINE.gibibytes,
  );
  const machines = processes / MACHINE.processors + forMasters * (1 + replicas);
  return {
    sends,
    threads,
    bytes,
    mastersByTime,
    mastersByMemory,
    masters,
    processors,
    processes,
    connections: processes * figures.connections,
    messages: sends * assumptions.meanOfPeak * HOUR * MONTH_HOURS * assumptions.messagePrice,
    machines: machines * assumptions.machineHourPrice * MONTH_HOURS,
  };
}

/** Operations a second. */
export function ratesFor(sends: number, assumptions: Assumptions): Record<Operation, number> {
  const { resends, wrongGuesses, verifies, reports } = assumptions;
  return {
    send: sends * (1 - resends),
    resend: sends * resends,
    wrongGuess: sends * wrongGuesses,
    verify: sends * verifies,
    redeem: sends * verifies,
    report: sends * reports,
  };
}

/** How many threads of Redis the keys of each place keep busy. */
export function threadsFor(
  sends: number,
  { redis }: Figures,
  assumptions: Assumptions,
): Record<Place, number> {
  const rates = ratesFor(sends, assumptions);
  const of = (place: Place): number =>
    OPERATIONS.reduce((sum, operation) => sum + rates[operation] * redis[operation][place].thread, 0) /
    MICROS;
  return { phones: of('phones'), limits: of('limits'), guard: of('guard'), budget: of('budget') };
}

/** How many processors the application keeps busy; a resend is taken as a send, a report as a redeem. */
export function processorsFor(sends: number, { application }: Figures, assumptions: Assumptions): number {
  const rates = ratesFor(sends, assumptions);
  const micros =
    (rates.send + rates.resend) * application.send +
    rates.wrongGuess * application.wrongGuess +
    rates.verify * application.verify +
    (rates.redeem + rates.report) * application.redeem;
  return micros / MICROS;
}

/** What is kept. Keys that live for an hour or less are counted at the peak, the others at the mean of a day. */
export function bytesFor(
  sends: number,
  { keys }: Figures,
  assumptions: Assumptions,
): Record<KeyKind, number> {
  const rates = ratesFor(sends, assumptions);
  const kept = (kind: KeyKind, rate: number): number => {
    const { bytes, seconds } = keys[kind];
    return bytes * seconds * rate * (seconds <= HOUR ? 1 : assumptions.meanOfPeak);
  };
  return {
    // As if no number was sent to twice a day, and no two people shared a network: a little too much.
    record: kept('record', rates.send),
    limit: kept('limit', 3 * rates.send),
    message: kept('message', rates.send + rates.resend),
    known: kept('known', rates.verify / assumptions.verifiesOfANumber),
    level: keys.level.bytes * assumptions.ranges,
  };
}

export function total(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}

function atLeastOne(share: number): number {
  return Math.max(1, Math.ceil(share));
}
