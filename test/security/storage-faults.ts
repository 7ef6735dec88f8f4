import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort, type RedisServer } from '../support/redis-server';

/** A way in which a Redis can fail, and how it is made whole again. */
export interface StorageFault {
  readonly name: string;
  /** Whether what was stored before is still there afterwards. */
  readonly keepsData: boolean;
  /** Whether readiness tells of it: all but those that let a script write what is no verification. */
  readonly notReady: boolean;
  /** Begins the fault; the function that it returns ends it. */
  readonly begin: (server: RedisServer) => Promise<() => Promise<unknown>>;
}

/** Gives commands over a connection of its own, which lives until `then` has ended. */
async function withAdmin<Result>(
  server: RedisServer,
  then: (admin: Redis) => Promise<Result>,
): Promise<Result> {
  // Asks nothing by itself on connecting: a server at fault would answer that with an error.
  const quiet = { enableReadyCheck: false, disableClientInfo: true };
  const admin = new Redis(server.url, { maxRetriesPerRequest: 0, ...quiet });
  try {
    return await then(admin);
  } finally {
    admin.disconnect();
  }
}

/** A fault that some commands begin and others end. */
const byCommands = (
  name: string,
  begin: readonly string[][],
  end: readonly string[][],
  notReady = true,
): StorageFault => {
  const give = (server: RedisServer, commands: readonly string[][]): Promise<void> =>
    withAdmin(server, async (admin) => {
      for (const [command = '', ...words] of commands) await admin.call(command, ...words);
    });
  return {
    name,
    keepsData: true,
    notReady,
    begin: async (server) => {
      await give(server, begin);
      return () => give(server, end);
    },
  };
};

const pidOf = (server: RedisServer): Promise<number> =>
  withAdmin(server, async (admin) => Number(/process_id:([0-9]+)/.exec(await admin.info('server'))?.[1]));

const STOPPED: StorageFault = {
  name: 'is stopped',
  keepsData: false,
  notReady: true,
  begin: async (server) => {
    await server.stop();
    return () => server.resume();
  },
};

const FROZEN: StorageFault = {
  name: 'is frozen',
  keepsData: true,
  notReady: true,
  begin: async (server) => {
    const pid = await pidOf(server);
    process.kill(pid, 'SIGSTOP');
    return () => Promise.resolve(process.kill(pid, 'SIGCONT'));
  },
};

const BUSY: StorageFault = {
  name: 'is busy with a script that never ends',
  keepsData: true,
  notReady: true,
  begin: async (server) => {
    const looping = new Redis(server.url, { maxRetriesPerRequest: 0 });
    await once(looping, 'ready');
    const ended = looping.eval('while true do end', 0).catch(() => undefined);
    return async () => {
      await withAdmin(server, (admin) => admin.call('SCRIPT', 'KILL'));
      await ended;
      looping.disconnect();
    };
  },
};

/** A replica of a master that is not there: it answers, and takes no writes. What it had is void once it is promoted. */
const READ_ONLY: StorageFault = {
  name: 'is a read-only replica',
  keepsData: false,
  notReady: true,
  begin: async (server) => {
    const nobody = String(await freePort());
    await withAdmin(server, (admin) => admin.call('REPLICAOF', '127.0.0.1', nobody));
    return () => withAdmin(server, (admin) => admin.call('REPLICAOF', 'NO', 'ONE'));
  },
};

/** Full memory is none of them: what was sent can be entered then (test/conformance/memory-full.conformance-spec.ts). */
export const STORAGE_FAULTS: readonly StorageFault[] = [
  STOPPED,
  FROZEN,
  byCommands('is paused for writes', [['CLIENT', 'PAUSE', '60000', 'WRITE']], [['CLIENT', 'UNPAUSE']]),
  READ_ONLY,
  byCommands(
    'refuses scripts',
    [['ACL', 'SETUSER', 'default', '-eval', '-evalsha']],
    [['ACL', 'SETUSER', 'default', '+eval', '+evalsha']],
  ),
  byCommands(
    'refuses the commands inside scripts',
    [['ACL', 'SETUSER', 'default', '-hset', '-hget', '-hmget', '-hgetall', '-get', '-incr']],
    [['ACL', 'SETUSER', 'default', '+@all']],
    false,
  ),
  BUSY,
];
