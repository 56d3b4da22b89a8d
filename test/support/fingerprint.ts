import { createHmac, hkdfSync } from 'node:crypto';

/** What a server with these `HANGAR_ENCRYPTION_KEYS` calls a secret. */
export function fingerprintOf(secret: string, encryptionKeys: string): string {
  const [first = ''] = encryptionKeys.split(',');
  const key = Buffer.from(first.slice(first.indexOf(':') + 1), 'base64');
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'hangar/fingerprints/1', 32));
  return createHmac('sha256', derived).update(secret).digest('hex').slice(0, 12);
}
