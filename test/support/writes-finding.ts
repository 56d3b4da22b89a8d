import { hangarCommand } from './cli.js';
import { type Environment } from './hangar-with-simulator.js';
import { until } from './until.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What `hangar doctor` says of writes to the database; a database that is too busy to answer is asked again. */
export async function writesFinding(environment: Environment): Promise<Finding> {
  return until('doctor to check writes', async () => {
    const { stdout, stderr } = await hangarCommand(['doctor', '--json'], environment);
    if (stdout === '') throw new Error(stderr);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return findings.find(({ check }) => check === 'database writes');
  });
}
