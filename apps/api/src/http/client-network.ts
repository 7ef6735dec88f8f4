import ipaddr from 'ipaddr.js';

/**
 * The network that an address counts for: an IPv4 address for itself, an IPv6 address for its /64, since one
 * client has all of that and can change within it at will (CVE-2026-45364). An IPv4 address written as IPv6
 * (`::ffff:192.0.2.1`) is the IPv4 address. Whatever cannot be read, such as the `unknown` that some proxies
 * forward, counts for one network of its own.
 */
export function clientNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const network = parsed.toByteArray().fill(0, 8);
  return `${ipaddr.fromByteArray(network).toString()}/64`;
}
