import { Cluster, ReplyError } from 'ioredis';
import { StorageUnavailableError } from '../../sms-verification.errors';
import type { Durability } from '../durability';
import type { RedisClient } from './lua-script';
import { checkServer } from './scripts';

/** What the rules rest on and a server does not give. */
export interface RedisServerReport {
  /** Why codes or limits would be lost, and what to do about it. */
  readonly problems: readonly string[];
  /** What could not be found out. */
  readonly doubts: readonly string[];
}

/**
 * Checks the server, or every master of a Cluster, for what the rules rest on (rule R19): that scripts see the id of its
 * mastership, if there is to be a fence, and that it drops nothing when its memory is full. A quota that was dropped
 * would let everybody send.
 *
 * @throws StorageUnavailableError when a server cannot be asked
 */
export async function checkRedisServer(
  client: RedisClient,
  durability: Durability = 'fence',
): Promise<RedisServerReport> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  const problems: string[] = [];
  const doubts: string[] = [];
  for (const server of servers) {
    const { host = 'localhost', port = 6379 } = server.options;
    const name = `Redis at ${host}:${String(port)}`;
    const { mastership, evictionPolicy } = await checkServer.run(server, {}, {}).catch((cause: unknown) => {
      // An access list may forbid INFO, or scripts altogether: those are seen to, and not waited for.
      if (isForbidden(cause)) return { mastership: 'hidden', evictionPolicy: '' } as const;
      throw new StorageUnavailableError({ cause });
    });
    if (mastership === 'hidden' && durability === 'fence') {
      problems.push(
        `${name} does not show scripts its replication id, on which the durability “fence” rests: ` +
          'allow its user the command INFO, or choose the durability “wait” or “none”',
      );
    }
    if (evictionPolicy === '') {
      doubts.push(`${name} does not say its maxmemory-policy: see to it that it is noeviction`);
    } else if (evictionPolicy !== 'noeviction') {
      problems.push(
        `${name} has the maxmemory-policy ${evictionPolicy}, under which codes and limits vanish when its memory is ` +
          'full: set it to noeviction (CONFIG SET maxmemory-policy noeviction)',
      );
    }
  }
  return { problems, doubts };
}

function isForbidden(error: unknown): boolean {
  return (
    error instanceof ReplyError &&
    error instanceof Error &&
    /NOPERM|can't run this command/.test(error.message)
  );
}
