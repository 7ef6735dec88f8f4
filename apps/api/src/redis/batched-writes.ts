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
  let corked: Redis['stream'] | undefined;
  let held = 0;
  const hold = (): void => {
    corked = client.stream;
    corked.cork();
  };
  const letGo = (): void => {
    corked?.uncork();
    corked = undefined;
  };
  const sendCommand = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    // Before the first connection there is no stream, and the command is refused.
    if (client.status === 'ready') {
      if (held === 0) {
        setImmediate(() => {
          held = 0;
          letGo();
        });
      }
      // After a reconnection in between the stream is another one.
      if (held % TOGETHER === 0 || corked !== client.stream) {
        letGo();
        hold();
      }
      held += 1;
    }
    return sendCommand(command, stream);
  };
}
