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
  const address = WITH_PORT.exec(forwarded)?.slice(1).find(Boolean) ?? forwarded;
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const network = parsed.toByteArray().fill(0, 8);
  return `${ipaddr.fromByteArray(network).toString()}/64`;
}
