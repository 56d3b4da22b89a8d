import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encryptionKeys } from '../../config/encryption-key.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';

const FILE = 'encryption.keys';
const KEY_BYTES = 32;

/**
 * `HANGAR_ENCRYPTION_KEYS` of a development database: generated once, in a file in the data folder that only its owner
 * can read. Without that file the tokens in the database cannot be decrypted.
 */
export function generatedKeys(dataDir: string): string {
  const path = join(dataDir, FILE);
  try {
    return keysIn(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `generated:${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path); // fails where another process was faster; its key is used
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return keysIn(path);
}

function keysIn(path: string): string {
  const text = readFileSync(path, 'utf8').trim();
  try {
    encryptionKeys(text);
    return text;
  } catch (error) {
    throw new EmbeddedDatabaseError(`its key file ${path} ${(error as Error).message}`, 'restore the file');
  }
}
