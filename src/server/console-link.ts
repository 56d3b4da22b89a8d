import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'console-link';
/** Without the file `hangar open` opens the page for signing in. */
const NOT_WRITABLE = new Set(['EACCES', 'EROFS']);

/**
 * Stores the address that signs in to the console of a server in development, for `hangar open`: in the data folder, in a file
 * that its owner alone can read.
 *
 * @returns what deletes it at the end of the server
 */
export async function keepConsoleLink(dataDir: string, link: string): Promise<() => Promise<void>> {
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, FILE), link, { mode: 0o600 });
  } catch (error) {
    if (!NOT_WRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return async () => {
    // Another server may have stored its own.
    if ((await readConsoleLink(dataDir)) === link) await rm(join(dataDir, FILE), { force: true });
  };
}

/** The address that the last server stored in this folder; `undefined` where none runs, or it has an identity provider. */
export async function readConsoleLink(dataDir: string): Promise<string | undefined> {
  return readFile(join(dataDir, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || NOT_WRITABLE.has(error.code ?? '')) return undefined;
    throw error;
  });
}
