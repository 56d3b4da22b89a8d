import { isIP } from 'node:net';
import { commaSeparated } from './parsers.js';

const BITS = { 4: 32, 6: 128 } as const;

/** Parses addresses and networks (`10.0.0.0/8`), comma separated. @throws {Error} that names the invalid entry */
export function networkAddresses(text: string): string[] {
  const entries = commaSeparated(text);
  const wrong = entries.find((entry) => !isNetwork(entry));
  if (wrong !== undefined) throw new Error(`must be addresses or networks such as 10.0.0.0/8; "${wrong}" is neither`);
  return entries;
}

function isNetwork(entry: string): boolean {
  const [address = '', length, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (length === undefined) return true;
  return /^\d{1,3}$/.test(length) && Number(length) <= BITS[version as 4 | 6];
}
