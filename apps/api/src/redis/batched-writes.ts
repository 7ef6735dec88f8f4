import type { Redis } from 'ioredis';

/**
 * Lets commands that are sent within one turn of the event loop leave in one write, also when they belong to
 * different requests: a system call for each command cost more than all that ioredis does for it. Each command stays
 * one by itself, with its own timeout and its own failure; enableAutoPipelining would hold commands back until
 * those before them are answered, and let a frozen server cost a request twice its timeout.
 */
export function batchWrites(client: Redis): void {
  let corked = false;
  const sendCommand = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const socket = client.stream;
    // Before the first connection there is none, and the command is refused.
    if (!corked && client.status === 'ready') {
      corked = true;
      socket.cork();
      setImmediate(() => {
        corked = false;
        socket.uncork();
      });
    }
    return sendCommand(command, stream);
  };
}
