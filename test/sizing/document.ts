import { short, table } from '../bench/runner/tables';
import { ASSUMPTIONS, CONTRACTS, type Assumptions } from './assumptions';
import type { Figures } from './figures';
import { firstToBreak, limitsOf } from './limits';
import { GIBIBYTE, ratesFor, sizeFor, threadsFor, total } from './sizing';

const BEGIN = '<!-- sizing: `npm run sizing` writes from here -->';
const END = '<!-- sizing: to here -->';

/** The document with what stands between its marks written anew. */
export function withSizing(document: string, figures: Figures): string {
  const [before, rest] = split(document, BEGIN);
  const [, after] = split(rest, END);
  return `${before}${BEGIN}\n\n${sizingText(figures)}\n\n${END}${after}`;
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new RangeError(`the document has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** The tables, and the sentences that hold their figures. */
export function sizingText(figures: Figures, assumptions: Assumptions = ASSUMPTIONS): string {
  const limits = limitsOf(figures, assumptions);
  const { first, wall } = firstToBreak(limits);
  const rows = limits.map(({ what, sends, remedy = 'nothing: it is one' }) => [what, short(sends), remedy]);
  return `${traffic(assumptions)}

Measured: ${figures.measuredOn}.

${sizes(figures, assumptions)}

**What breaks first.** With one of each, ${first.what}: at ${short(first.sends)} sends a second. With as many of each as are needed, ${wall.what}: at ${short(wall.sends)} sends a second, or ${short(wall.sends * assumptions.fill)} if it is filled as planned.

${table(['what is used up', 'at sends a second', 'what helps'], rows)}

${senders(assumptions)}`;
}

function traffic(assumptions: Assumptions): string {
  const { resends, wrongGuesses, verifies, reports, meanOfPeak, verifiesOfANumber, fill } = assumptions;
  const share = (part: number): string => `${short(part * 100)} %`;
  return `Assumed: of the sends ${share(resends)} are resends; for each send there are ${short(wrongGuesses)} wrong guesses, ${short(verifies)} right codes, each redeemed once, and ${short(reports)} delivery report; the mean of a day is ${share(meanOfPeak)} of its peak; a number that verifies does so ${short(verifiesOfANumber)} times in 90 days; the guard keeps ${short(assumptions.ranges)} ranges; a gateway accepts in ${short(assumptions.gatewaySeconds * 1_000)} ms. Planned: ${share(fill)} of every thread, processor and memory at the peak, masters of ${short(assumptions.gibibytesOfMaster)} GiB with ${short(assumptions.replicas)} replica each, ${short(assumptions.fewestProcesses)} processes at least.`;
}

function sizes(figures: Figures, assumptions: Assumptions): string {
  const all = assumptions.loads.map((sends) => sizeFor(sends, figures, assumptions));
  const row = (what: string, of: (size: (typeof all)[number]) => string): string[] => [what, ...all.map(of)];
  const perSend = threadsFor(1, figures, assumptions);
  const micros = (threads: number): string => `${short(threads * 1e6)} µs`;
  const gibibytes = (bytes: number): string => `${short(bytes / GIBIBYTE)} GiB`;
  const dollars = (sum: number): string => `$${short(sum)}`;
  const same = (what: string, value: string): string[] => [what, ...all.map(() => value)];
  return table(
    ['', ...all.map(({ sends }) => `${short(sends)} sends/s`)],
    [
      row('requests and reports a second', ({ sends }) => short(total(ratesFor(sends, assumptions)))),
      same('Redis for a send and all that follows it', micros(total(perSend))),
      same('… of it in the slots of phones and of limits', micros(perSend.phones + perSend.limits)),
      same(
        '… of it in the guard’s slot, in the budget’s',
        `${micros(perSend.guard)}, ${micros(perSend.budget)}`,
      ),
      row('threads of Redis that are busy', ({ threads }) => short(total(threads))),
      row('the guard’s slot, of its master’s thread', ({ threads: { guard } }) => {
        const tooMuch = guard > assumptions.fill ? ', more than is planned' : '';
        return `${short(guard * 100)} %${tooMuch}`;
      }),
      row('memory', ({ bytes }) => gibibytes(total(bytes))),
      row('… of it numbers that have verified (90 days)', ({ bytes }) => gibibytes(bytes.known)),
      row('… of it records of phones (a day)', ({ bytes }) => gibibytes(bytes.record)),
      row(
        'masters by time, by memory',
        ({ mastersByTime, mastersByMemory }) => `${short(mastersByTime)}, ${short(mastersByMemory)}`,
      ),
      row('**masters**', ({ masters }) => `**${short(masters)}**`),
      row('processors of the application that are busy', ({ processors }) => short(processors)),
      row('**processes of the application**', ({ processes }) => `**${short(processes)}**`),
      row('connections to a master', ({ connections }) => short(connections)),
      row('messages a month', ({ messages }) => dollars(messages)),
      row('machines a month', ({ machines }) => dollars(machines)),
    ],
  );
}

function senders({ loads }: Assumptions): string {
  const rows = CONTRACTS.map(({ sender, messagesPerSecond, source }) => [
    sender,
    short(messagesPerSecond),
    ...loads.map((sends) => short(Math.ceil(sends / messagesPerSecond))),
    source,
  ]);
  const needed = loads.map((sends) => `for ${short(sends)}/s`);
  return table(['sender', 'messages a second', ...needed, 'by'], rows);
}
