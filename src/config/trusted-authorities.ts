import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { type HangarConfig } from './hangar-config.js';

/** The certificate authorities that calls trust: the usual ones and the company's; `undefined` where it has none. */
export function trustedAuthorities({ nodeExtraCaCerts }: HangarConfig): string[] | undefined {
  if (nodeExtraCaCerts === undefined) return undefined;
  return [...getCACertificates('default'), readFileSync(nodeExtraCaCerts, 'utf8')];
}
