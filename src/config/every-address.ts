import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** The address to listen on for requests of both families: `::`, which takes in IPv4 too; `0.0.0.0` where the host has no IPv6. */
export function everyAddress(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()): string {
  const addresses = Object.values(interfaces).flatMap((known) => known ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}
