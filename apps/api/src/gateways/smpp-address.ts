import type { SmppOptions } from '@app/sms-gateways';

/** IANA's: smpp and secure-smpp. */
const PORTS = { plain: 2775, tls: 3550 };

/** Where the SMSC is, from a URL such as `smpp://host:port` or `smpps://host`. */
export function smppAddress(url: string): Pick<SmppOptions, 'host' | 'port' | 'tls'> {
  const { protocol, hostname, port } = new URL(url);
  const tls = protocol === 'smpps:';
  return {
    // A URL writes IPv6 in brackets; sockets and certificates take it without.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (tls ? PORTS.tls : PORTS.plain) : Number(port),
    tls,
  };
}
