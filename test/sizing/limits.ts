import { CONTRACTS, type Assumptions } from './assumptions';
import type { Figures } from './figures';
import { bytesFor, GIBIBYTE, processorsFor, threadsFor, total } from './sizing';

/** Something that is used up at some load. */
export interface Limit {
  readonly what: string;
  /** At so many sends a second, with all that follows them, nothing of it is left. */
  readonly sends: number;
  /** What puts it off; undefined where more of the same does not help. */
  readonly remedy?: string;
}

/** All limits, the lowest first. */
export function limitsOf(figures: Figures, assumptions: Assumptions): Limit[] {
  const threads = threadsFor(1, figures, assumptions);
  const ofProcess = 1 / processorsFor(1, figures, assumptions);
  const { gatewayRoom, gatewaySeconds, gibibytesOfMaster, maxClients } = assumptions;
  const contract = CONTRACTS.reduce((best, one) =>
    one.messagesPerSecond > best.messagesPerSecond ? one : best,
  );
  const limits: Limit[] = [
    { what: 'the thread of one master', sends: 1 / total(threads), remedy: 'more masters' },
    {
      what: `the ${String(gibibytesOfMaster)} GiB of one master`,
      sends: sendsThatFill(gibibytesOfMaster * GIBIBYTE, figures, assumptions),
      remedy: 'more memory or more masters',
    },
    { what: 'the processor of one application process', sends: ofProcess, remedy: 'more processes' },
    {
      what: 'the messages that one process hands to one gateway at a time',
      sends: gatewayRoom / gatewaySeconds,
      remedy: 'more processes, or more gateways',
    },
    {
      what: `the widest of the senders below (${contract.sender})`,
      sends: contract.messagesPerSecond,
      remedy: 'more senders, or another contract',
    },
    { what: 'the guard’s hash slot `{guard}`', sends: 1 / threads.guard },
    { what: 'the budget’s key `{budget}`', sends: 1 / threads.budget },
    {
      what: `the ${maxClients.toLocaleString('en-US')} connections that a master takes (\`maxclients\`)`,
      sends: (maxClients / figures.connections) * ofProcess,
    },
  ];
  return limits.toSorted((first, second) => first.sends - second.sends);
}

/** The first limit, and the first that more machines do not move. */
export function firstToBreak(limits: readonly Limit[]): { readonly first: Limit; readonly wall: Limit } {
  const [first] = limits;
  const wall = limits.find(({ remedy }) => remedy === undefined);
  if (first === undefined || wall === undefined) throw new RangeError('nothing limits anything');
  return { first, wall };
}

/** Memory is a part that is always there, and one that grows with the load. */
function sendsThatFill(bytes: number, figures: Figures, assumptions: Assumptions): number {
  const always = total(bytesFor(0, figures, assumptions));
  return (bytes - always) / (total(bytesFor(1, figures, assumptions)) - always);
}
