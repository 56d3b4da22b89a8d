import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EncryptionKey, encryptionKeys } from '../../config/encryption-key.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';

const FILE = 'encryption.keys';
const KEY_BYTES = 32;

/**
 * The key of a development database: made once in the data folder, readable by its owner alone. A folder
 * whose key is lost holds tokens that nobody can read any more.
 */
export function generatedKeys(dataDir: string): EncryptionKey[] {
  const path = join(dataDir, FILE);
  try {
    return keysIn(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `generated:${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path); // fails where another process was faster, whose key then counts
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return keysIn(path);
}

function keysIn(path: string): EncryptionKey[] {
  const text = readFileSync(path, 'utf8').trim();
  try {
    return encryptionKeys(text);
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `its key file ${path} ${(error as Error).message}`,
      'put the right file back',
    );
  }
}
