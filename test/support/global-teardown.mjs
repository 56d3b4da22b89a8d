import { rmSync } from 'node:fs';

/** Stops what the setup started and leaves nothing behind. */
export default async function teardown() {
  const { postgres, dataDir } = globalThis.hangarTestPostgres;
  await postgres.close();
  rmSync(dataDir, { recursive: true, force: true });
}
