import { clientNetwork, clientSubnet } from './client-network';

describe(clientNetwork.name, () => {
  it('counts an IPv4 address for itself', () => {
    expect(clientNetwork('192.0.2.1')).toBe('192.0.2.1');
    expect(clientNetwork('192.0.2.2')).toBe('192.0.2.2');
  });

  it.each(['::ffff:192.0.2.1', '::FFFF:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:ffff:192.0.2.1'])(
    'counts %s for the IPv4 address that it is',
    (address) => {
      expect(clientNetwork(address)).toBe('192.0.2.1');
    },
  );

  it.each([
    '2001:db8:1:2::1',
    '2001:DB8:1:2::1',
    '2001:0db8:0001:0002:0000:0000:0000:0001',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:db8:1:2:3:4:192.0.2.1',
  ])('counts %s for its /64, all of which one client has (CVE-2026-45364)', (address) => {
    expect(clientNetwork(address)).toBe('2001:db8:1:2::/64');
  });

  it.each([
    ['the neighbouring /64', '2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['the loopback', '::1', '::/64'],
    ['a link-local address with its zone', 'fe80::1%eth0', 'fe80::/64'],
  ])('tells apart %s', (_what, address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it.each([
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]', '2001:db8::/64'],
    ['[2001:db8::1]:4711', '2001:db8::/64'],
    ['[::ffff:192.0.2.1]:4711', '192.0.2.1'],
  ])('leaves the port off that a proxy appends: %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it.each([
    '',
    'unknown',
    'garbage',
    '192.0.2.1:',
    ':4711',
    '192.0.2.256',
    '192.0.2.256:1',
    '2001:db8::1::2',
  ])(
    'counts %j, which no proxy should have forwarded, for one network of its own and not for an error',
    (address) => {
      expect(clientNetwork(address)).toBe('unknown');
    },
  );
});

describe(clientSubnet.name, () => {
  it.each([
    ['192.0.2.1', '192.0.2.0/24'],
    ['192.0.2.254:443', '192.0.2.0/24'],
    ['::ffff:192.0.2.1', '192.0.2.0/24'],
    ['2001:db8:1:2::1', '2001:db8:1::/48'],
    ['2001:db8:1:ffff::1', '2001:db8:1::/48'],
    ['2001:db8:2::1', '2001:db8:2::/48'],
    ['garbage', 'unknown'],
  ])('counts %s for %s', (address, network) => {
    expect(clientSubnet(address)).toBe(network);
  });
});
