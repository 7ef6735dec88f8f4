import { Redis } from 'ioredis';
import { batchWrites } from '../../../apps/api/src/redis/batched-writes';
import { RedisServer } from '../../support/redis-server';
import { drawProof } from '../../../libs/sms-verification/src/proof/proof-token';
import type { VerifyOutcome } from '../../../libs/sms-verification/src/storage/sms-code.storage';
import { ATTEMPTS, OurStorage, RIGHT, VARIANTS, WRONG, type Pending } from '../baselines/ours';
import {
  COMPARE_AND_DELETE,
  compareAndDelete,
  getCompareDelete,
  watchMultiExec,
  type Verify,
} from '../baselines/reviewed-verify';
import { inFlight } from '../runner/in-flight';
import type { Part, Row } from '../runner/part';
import { inRounds, ratioTo, type Contender } from '../runner/rounds';
import { rates } from '../runner/tables';

const ROUNDS = 15;
const CALLS = 3_000;
const CONCURRENCY = 50;
const BARE = 'compare-and-delete script';
const AND_PROOF = ' and the proof';

/** How many verifies one process makes in a second, against the least that would be right and what was reviewed. */
export const storageThroughput: Part = {
  name: 'storage',
  title: 'Throughput of verifyAndRemove against the reviewed ways of verifying',
  async run() {
    const server = await RedisServer.start('--appendonly', 'no');
    const redis = new Redis(server.url);
    // As the application prepares its client.
    const prepared = new Redis(server.url);
    batchWrites(prepared);
    // WATCH belongs to a connection, so that way needs one for each request under way.
    const own = Array.from({ length: CONCURRENCY }, () => new Redis(server.url));
    await redis.script('LOAD', COMPARE_AND_DELETE);
    try {
      const rows: Row[] = [];
      const tables: string[] = [];
      for (const kind of ['wrong', 'right'] as const) {
        const measured = await inRounds(ROUNDS, contenders({ redis, prepared, own }, kind));
        tables.push(`A ${kind} code:\n\n${rates('calls a second', BARE, measured)}`);
        const what = `storage \`verifyAndRemove\` throughput against a bare loop of the compare-and-delete script, ${kind} code`;
        for (const { name } of VARIANTS) {
          for (const [contender, bounds] of [
            [name, { budget: 0.5, aim: 0.7 }],
            [`${name}${AND_PROOF}`, {}],
          ] as const) {
            rows.push({
              what: `${what}, ${contender}`,
              measured: ratioTo(measured[contender], measured[BARE]),
              unit: '×',
              better: 'more',
              ...bounds,
            });
          }
        }
      }
      const how = `${String(CONCURRENCY)} calls under way at a time, ${String(ROUNDS)} rounds. Ours includes what the storage cannot be asked without, made for each call: the phone's fingerprint and the code's digest, which are keyed hashes; on a client whose writes are batched as the application's are. _${AND_PROOF.trim()}_: with what the service does besides, which is no part of the storage and has no budget: it draws a proof for each guess, and seals the phone into the token of a right one. WATCH needs a connection for each call under way; all others share one.`;
      return { rows, details: `${tables.join('\n\n')}\n\n${how}` };
    } finally {
      for (const client of [redis, prepared, ...own]) client.disconnect();
      await server.dispose();
    }
  },
};

interface Clients {
  readonly redis: Redis;
  readonly prepared: Redis;
  readonly own: readonly Redis[];
}

function contenders({ redis, prepared, own }: Clients, kind: 'wrong' | 'right'): Record<string, Contender> {
  const code = kind === 'right' ? RIGHT : WRONG;
  // A right code is gone afterwards; a wrong one can be tried until the attempts are used up.
  const tries = kind === 'right' ? 1 : ATTEMPTS;
  const reviewed =
    (verify: Verify, clients: readonly Redis[]): Contender =>
    async () => {
      const keys = Array.from({ length: CALLS / tries }, (_, index) => `reviewed:${kind}:${String(index)}`);
      const filling = redis.pipeline();
      for (const key of keys) filling.set(key, RIGHT, 'EX', 300);
      await filling.exec();
      return inFlight(CALLS, CONCURRENCY, async (index, worker) => {
        const client = clients[worker % clients.length] ?? redis;
        const right = await verify(client, keys[index % keys.length] ?? '', code);
        if (right !== (kind === 'right')) throw new Error('a baseline gave the wrong answer');
      });
    };
  const expected = kind === 'right' ? 'verified' : 'wrong';
  const ours = VARIANTS.flatMap(({ name, open }): [string, Contender][] => {
    const storage = new OurStorage(open(prepared));
    const measure =
      (verify: (one: Pending, proofDigest: string) => Promise<VerifyOutcome>): Contender =>
      async () => {
        const pending = await Promise.all(Array.from({ length: CALLS / tries }, () => storage.issue()));
        const proofs = Array.from({ length: CALLS }, () => drawProof().digest);
        return inFlight(CALLS, CONCURRENCY, async (index) => {
          const one = pending[index % pending.length];
          const proof = proofs[index];
          if (one === undefined || proof === undefined) throw new RangeError('nothing was issued');
          const { outcome } = await verify(one, proof);
          if (outcome !== expected) throw new Error(`ours: ${outcome}`);
        });
      };
    return [
      [name, measure((one, proofDigest) => storage.judge(one, code, proofDigest))],
      [`${name}${AND_PROOF}`, measure((one) => storage.verify(one, code))],
    ];
  });
  return {
    [BARE]: reviewed(compareAndDelete, [redis]),
    'GET, compare, DEL': reviewed(getCompareDelete, [redis]),
    'WATCH, MULTI, EXEC': reviewed(watchMultiExec, own),
    ...Object.fromEntries(ours),
  };
}
