import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { type NetworkConfig } from './areas/network.config.js';

/** The certificate authorities to trust: the default ones and those of `NODE_EXTRA_CA_CERTS`; `undefined` where it is not set. */
export function trustedAuthorities({ nodeExtraCaCerts }: NetworkConfig): string[] | undefined {
  if (nodeExtraCaCerts === undefined) return undefined;
  return [...getCACertificates('default'), readFileSync(nodeExtraCaCerts, 'utf8')];
}
