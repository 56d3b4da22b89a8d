import { endRun } from './run-folder.mjs';

/** Stops what the setup started, ends what tests left running and says so, and deletes the run's folder. */
export default async function teardown() {
  const { folder, guard, postgres } = globalThis.hangarTestRun;
  await postgres.close();
  for (const command of await endRun(folder))
    process.stderr.write(`ended what a test left running: ${command}\n`);
  guard.stdin.end();
}
