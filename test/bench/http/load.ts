import type { ServerProcess } from './server-process';
import { WireClient, type Answer } from './wire';

/** Requests under way at the same time, each on a connection of its own. */
export const CONNECTIONS = 32;

const UNAVAILABLE = 503;

export interface Load {
  /** Requests answered in a second. */
  readonly rate: number;
  /** CPU time of the server for each, in microseconds: what a busy machine changes least. */
  readonly cpuMicros: number;
  /** In the order of the requests. */
  readonly answers: readonly Answer[];
}

/**
 * Sends the requests, each once, and keeps all connections busy.
 *
 * @throws Error when an answer has another status: what is refused for another reason was not measured. A few
 *   times all that is under way may find Redis away: a busy machine can stop it for longer than the application waits.
 */
export async function load(
  server: ServerProcess,
  requests: readonly Buffer[],
  status: number,
): Promise<Load> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => WireClient.open(server.port)));
  const answers: Answer[] = [];
  let unavailable = 0;
  const queue = requests.entries();
  const cpuBefore = server.cpuSeconds();
  const from = process.hrtime.bigint();
  try {
    await Promise.all(
      clients.map(async (client) => {
        // All clients take from one queue.
        for (const [index, request] of queue) {
          const answer = await client.ask(request);
          if (answer.status === UNAVAILABLE) unavailable += 1;
          else if (answer.status !== status) throw new Error(`${String(answer.status)}: ${answer.body}`);
          answers[index] = answer;
        }
      }),
    );
  } finally {
    for (const client of clients) client.close();
  }
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  const cpuMicros = ((server.cpuSeconds() - cpuBefore) / requests.length) * 1e6;
  if (unavailable > 3 * CONNECTIONS) throw new Error(`${String(unavailable)} requests were not served`);
  return { rate: requests.length / seconds, cpuMicros, answers };
}
