import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** `192.0.2.1:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`. */
const WITH_PORT = /^(?:([0-9.]+):[0-9]+|\[([0-9a-fA-F:.]+)\](?::[0-9]+)?)$/;

/**
 * The network that an address counts for: an IPv4 address for itself, an IPv6 address for its /64, since one
 * client has all of that and can change within it at will (CVE-2026-45364). An IPv4 address written as IPv6
 * (`::ffff:192.0.2.1`) is the IPv4 address, and a port that a proxy appends is left off. Whatever cannot be read,
 * such as the `unknown` that some proxies forward, counts for one network of its own.
 */
export function clientNetwork(forwarded: string): string {
  // Most are, and need no reading.
  if (isIPv4(forwarded)) return forwarded;
  return networkOf(forwarded, 32, 64);
}

/**
 * The wider network that an address counts for besides: the /24 of IPv4, the /48 of IPv6, which is what providers
 * give to one customer. A rented range of addresses does not multiply what one of them may send.
 */
export function clientSubnet(forwarded: string): string {
  if (isIPv4(forwarded)) return `${forwarded.slice(0, forwarded.lastIndexOf('.'))}.0/24`;
  return networkOf(forwarded, 24, 48);
}

function networkOf(forwarded: string, bitsOf4: number, bitsOf6: number): string {
  const address = WITH_PORT.exec(forwarded)?.slice(1).find(Boolean) ?? forwarded;
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bits = parsed.kind() === 'ipv4' ? bitsOf4 : bitsOf6;
  if (bits === 32) return parsed.toString();
  const network = parsed.toByteArray().fill(0, bits / 8);
  return `${ipaddr.fromByteArray(network).toString()}/${String(bits)}`;
}
