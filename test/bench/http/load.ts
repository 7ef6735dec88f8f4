import { WireClient, type Answer } from './wire';

/** Requests under way at the same time, each on a connection of its own. */
const CONNECTIONS = 32;

export interface Load {
  /** Requests answered in a second. */
  readonly rate: number;
  /** In the order of the requests. */
  readonly answers: readonly Answer[];
}

/**
 * Sends the requests, each once, and keeps all connections busy.
 *
 * @throws Error when an answer has another status: what is refused for another reason was not measured
 */
export async function load(port: number, requests: readonly Buffer[], status: number): Promise<Load> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => WireClient.open(port)));
  const answers: Answer[] = [];
  const queue = requests.entries();
  const from = process.hrtime.bigint();
  try {
    await Promise.all(
      clients.map(async (client) => {
        // All clients take from one queue.
        for (const [index, request] of queue) {
          const answer = await client.ask(request);
          if (answer.status !== status) throw new Error(`${String(answer.status)}: ${answer.body}`);
          answers[index] = answer;
        }
      }),
    );
  } finally {
    for (const client of clients) client.close();
  }
  return { rate: requests.length / (Number(process.hrtime.bigint() - from) / 1e9), answers };
}
