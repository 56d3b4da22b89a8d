import { endRun } from './run.mjs';

/** Stops what the setup started, ends what tests left running and says so, and deletes the run's folder. */
export default async function teardown() {
  const { hangarTestRun: run } = globalThis;
  if (!run) return;
  await run.postgres?.close();
  for (const command of await endRun(run.folder)) process.stderr.write(`ended what a test left running: ${command}\n`);
  run.guard.stdin.end();
}
