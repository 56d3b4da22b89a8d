import { describe, expect, it } from '@jest/globals';
import { type NetworkInterfaceInfo } from 'node:os';
import { everyAddress } from './every-address.js';

const IPV4: NetworkInterfaceInfo = {
  address: '10.0.0.7',
  netmask: '255.0.0.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal: false,
  cidr: '10.0.0.7/8',
};
const IPV6: NetworkInterfaceInfo = {
  ...IPV4,
  address: 'fd00::7',
  netmask: 'ffff:ffff:ffff:ffff::',
  family: 'IPv6',
  cidr: 'fd00::7/64',
  scopeid: 0,
};

describe('the address to listen on', () => {
  it.each([
    ['of both families', { eth0: [IPV4, IPV6] }, '::'],
    ['of IPv6 alone', { lo: [], eth0: [IPV6] }, '::'],
    ['of IPv4 alone', { eth0: [IPV4] }, '0.0.0.0'],
  ])('takes in requests on a host %s', (_, interfaces, address) => {
    expect(everyAddress(interfaces)).toBe(address);
  });
});
