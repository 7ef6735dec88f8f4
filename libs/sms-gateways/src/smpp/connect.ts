import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SmppSettings } from './smpp.options';

/**
 * A connection to the SMSC, encrypted and its certificate checked where TLS is asked for.
 *
 * @throws when there is none before the signal aborts
 */
export async function connect({ host, port, tls }: SmppSettings, signal: AbortSignal): Promise<Socket> {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket =
    tls === false
      ? connectTcp({ host, port })
      : connectTls({ host, port, ...servername, ...(tls === true ? {} : tls) });
  socket.setNoDelay(true);
  try {
    await once(socket, tls === false ? 'connect' : 'secureConnect', { signal });
    return socket;
  } catch (error) {
    // Without a listener, an error that the destroyed socket still has in store would end the process.
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  }
}
