import { StartedParts } from './harness/started-parts.ts';
import { parseOptions } from './options.ts';
import { heading, notes } from './report/notes.ts';
import { table } from './report/table.ts';
import { targetLines, targets } from './report/targets.ts';
import { runBench } from './run.ts';

const options = parseOptions(process.argv.slice(2));
const parts = new StartedParts();
const interrupted = Promise.withResolvers<never>();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => interrupted.reject(new Error(`stopped by ${signal}`)));

try {
  const rows = await Promise.race([runBench(options, parts), interrupted.promise]);
  const found = targets(rows);
  console.log([heading(options.sizes), table(rows), notes(rows), targetLines(found)].join('\n\n'));
  if (options.json) for (const line of [...rows, ...found]) console.log(JSON.stringify(line));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await parts.stop().catch(console.error);
  process.exit(); // what an interrupted run still waits for matters no more
}
