import type { Redis } from 'ioredis';

/** So many commands leave together at most, for the server to begin with them while more are being made. */
const TOGETHER = 16;

/**
 * Lets commands that are sent within one turn of the event loop leave in few writes, also when they belong to
 * different requests: a system call for each command cost more than all that ioredis does for it. Each command stays
 * one by itself, with its own timeout and its own failure; enableAutoPipelining would hold commands back until
 * those before them are answered, and let a frozen server cost a request twice its timeout.
 */
export function batchWrites(client: Redis): void {
  let held = 0;
  const sendCommand = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const socket = client.stream;
    // Before the first connection there is none, and the command is refused.
    if (client.status === 'ready') {
      if (held === 0) {
        socket.cork();
        setImmediate(() => {
          held = 0;
          socket.uncork();
        });
      } else if (held % TOGETHER === 0) {
        socket.uncork();
        socket.cork();
      }
      held += 1;
    }
    return sendCommand(command, stream);
  };
}
