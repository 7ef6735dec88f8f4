import { smppAddress } from './smpp-address';

describe(smppAddress.name, () => {
  it.each([
    ['smpp://smsc.example.com', { host: 'smsc.example.com', port: 2775, tls: false }],
    ['smpps://smsc.example.com', { host: 'smsc.example.com', port: 3550, tls: true }],
    ['smpp://192.0.2.1:5000', { host: '192.0.2.1', port: 5000, tls: false }],
    ['smpp://[::1]:5000', { host: '::1', port: 5000, tls: false }],
    ['smpps://[2001:db8::25]', { host: '2001:db8::25', port: 3550, tls: true }],
  ])('reads %s', (url, address) => {
    expect(smppAddress(url)).toEqual(address);
  });
});
