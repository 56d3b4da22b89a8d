import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that PostgreSQL's account can enter too when the tests run as root. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-data-'));
  chmodSync(folder, 0o755);
  return folder;
}
